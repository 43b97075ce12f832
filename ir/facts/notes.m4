m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl What the supervisor tells, a row each. A row: name in C, word in events.jsonl, who tells it, tone,
m4_dnl what its event shows beside the counters that all show, sentence.
m4_dnl
m4_dnl Who tells it, each one and those before it: event (events.jsonl alone), timeline (hpcc simulate),
m4_dnl screen (hpcc watch and up), log (the batch log). Tone: plain, good, busy, bad; bad ones show
m4_dnl the end of the service's log, too.
m4_dnl In the sentence {…} is left out where the name stands in a column of its own; <…> is a value, which
m4_dnl runtime/core/notes.c writes. The wording of lines in the batch log is a promise (docs/supervision.md).
value(«name», «of the service»)
value(«again», «" again", but for the first launch»)
value(«start_limit», «time in which tasks have to begin»)
value(«ready_limit», «time in which it has to be ready»)
value(«last_look», «" (last look: …)", or nothing»)
value(«end», «how its process ended»)
value(«failure», «the same, or that it never began»)
value(«status», «of a service, a hook, or the job»)
value(«hook», «which event hook»)
value(«restarts», «granted so far»)
value(«max_restarts», «the lifetime cap»)
value(«failures», «in the window»)
value(«max_failures», «the window cap»)
value(«window», «its length»)
value(«other», «the service that is waited for»)
value(«broken», «why waiting for it is in vain»)
value(«signal», «its name»)
value(«failed_looks», «in a row»)
value(«max_looks», «so many are too many»)

note(«STARTING», «starting», «event», «plain», «nothing», «{service '<name>' }is about to start»)
note(«LAUNCHED», «launched», «log», «plain», «nothing», «{service '<name>' }started<again>»)
note(«STEP_REFUSED», «step-refused», «log», «busy», «nothing»,
     «{service '<name>' }can't get its step from Slurm at the moment; trying again»)
note(«UP», «running», «timeline», «plain», «nothing», «{service '<name>' }has begun»)
note(«START_TIMEOUT», «start-timeout», «log», «bad», «nothing»,
     «{service '<name>' }has not begun within <start_limit>: its launch has failed»)
note(«READY», «ready», «log», «good», «nothing», «{service '<name>' }is ready»)
note(«READY_TIMEOUT», «readiness-timeout», «log», «busy», «last_look»,
     «{service '<name>' }was not ready within <ready_limit>; no service waits for it<last_look>»)
note(«LOOK_FAILED», «look-failed», «timeline», «busy», «last_look»,
     «{service '<name>' }failed a look (<failed_looks>/<max_looks>)<last_look>»)
note(«LOOK_PASSED», «look-passed», «timeline», «good», «nothing», «{service '<name>' }answers again»)
note(«UNHEALTHY», «unhealthy», «log», «bad», «last_look»,
     «{service '<name>' }is unhealthy: <failed_looks> looks in a row have failed<last_look>»)
note(«EXIT», «exit», «event», «plain», «nothing», «{service '<name>' }<end>»)
note(«PROLOGUE_FAILED», «prologue-failed», «log», «bad», «nothing»,
     «prologue{ of service '<name>'} failed with status <status>»)
note(«EPILOGUE_FAILED», «epilogue-failed», «log», «busy», «nothing»,
     «epilogue{ of service '<name>'} failed with status <status>»)
note(«HOOK_FAILED», «hook-failed», «log», «busy», «nothing»,
     «<hook> hook{ of service '<name>'} failed with status <status>»)
note(«COMPLETED», «completed», «log», «good», «nothing», «{service '<name>' }completed»)
note(«IGNORED», «ignored», «log», «busy», «nothing», «{service '<name>' }<failure>; ignored»)
note(«RESTARTING», «restarting», «log», «busy», «nothing»,
     «{service '<name>' }<end>; restarting (<restarts>/<max_restarts>), <failures>/<max_failures> failures in <window>»)
note(«LIFETIME_CAP», «lifetime-cap», «log», «bad», «nothing»,
     «{service '<name>' }<end>; lifetime cap reached (<restarts>/<max_restarts> restarts): job fails»)
note(«WINDOW_CAP», «window-cap», «log», «bad», «nothing»,
     «{service '<name>' }<end>; window cap reached (<failures> failures in <window>): job fails»)
note(«JOB_FAILS», «job-fails», «log», «bad», «nothing», «{service '<name>' }<failure>: job fails»)
note(«NEVER_READY», «never-ready», «log», «bad», «last_look»,
     «{service '<name>' }was not ready within <ready_limit>: job fails<last_look>»)
note(«CONDITION_BROKEN», «condition-broken», «log», «bad», «nothing»,
     «{service '<name>' }waits for '<other>', which <broken>: job fails»)
note(«PUBLISH_FAILED», «publish-failed», «log», «bad», «nothing»,
     «publishing{ service '<name>'} failed with status <status>: job fails»)
note(«DEPENDENTS_DONE», «dependents-done», «log», «plain», «nothing», «{service '<name>' }is no longer needed»)
note(«STOPPING», «stopping», «log», «plain», «nothing», «stopping{ service '<name>'} (<signal>)»)
note(«KILLING», «killing», «log», «plain», «nothing», «killing{ service '<name>'}»)
note(«STOPPED», «stopped», «log», «plain», «nothing», «{service '<name>' }<end>; stopped»)
note(«RESTART_BY_HAND», «restart-by-hand», «log», «busy», «nothing», «{service '<name>' }is restarted by hand»)
note(«START_BY_HAND», «start-by-hand», «log», «plain», «nothing», «{service '<name>' }is started by hand»)
note(«STOP_BY_HAND», «stop-by-hand», «log», «busy», «nothing», «{service '<name>' }is stopped by hand»)
note(«SIGNAL_BY_HAND», «signal-by-hand», «log», «plain», «nothing», «{service '<name>' }gets signal <signal> by hand»)
note(«HELD», «held», «log», «plain», «nothing», «{service '<name>' }is stopped, until it is started by hand»)
note(«LOST», «lost», «log», «busy», «nothing», «{service '<name>' }did not end after KILL; going on without it»)
note(«SKIPPED», «skipped», «screen», «plain», «nothing», «{service '<name>' }was not started: the job ended before»)
job_note(«SHUTDOWN», «signal», «log», «plain», «nothing», «signal <signal>: the job ends»)
job_note(«TEARDOWN», «teardown», «timeline», «plain», «nothing», «teardown begins»)
