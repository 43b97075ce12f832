m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl The files of a job, a row each. Paths in C, in the script and in docs/job-files.md come from here.
m4_dnl
m4_dnl folder: name in C, path below the job root or the attempt's folder, mode; made before anything else.
m4_dnl part: the same, without a mode: made when it is needed.
m4_dnl file: name in C, place (see below), path, mode, content, who writes it, who reads it, when it is there.
m4_dnl A path's <…> are parameters of the macro. Modes: private (0600), public (0644), program (0755), as_script
m4_dnl (private when the spec has secrets, else as other files of the user), umask.
m4_dnl view: name in C, path inside containers.
view(«JOB», «/hpc-compose/job»)
view(«RESUME», «/hpc-compose/resume»)

folder(«SERVICE_NODES», «allocation/service-nodelists», «0755»)
folder(«MPI_HOSTS», «allocation/mpi-hostfiles», «0755»)
folder(«DISTRIBUTED_HOSTS», «allocation/distributed-hostfiles», «0755»)
folder(«HOSTS», «hosts», «0755»)
folder(«ROOTS», «roots», «0755»)
folder(«LOGS», «logs», «0755»)
folder(«MARKS», «service-exits», «0755»)
folder(«HOOKS», «hooks», «0700»)
folder(«BIN», «bin», «0755»)
part(«ALLOCATION», «allocation»)
part(«COMPONENT_NODES», «allocation/components»)
part(«OLD_EVENTS», «events»)
part(«METRICS», «metrics»)
part(«ORDERS», «orders»)
part(«ARTIFACTS», «artifacts»)
part(«PAYLOAD», «artifacts/payload»)
part(«ATTEMPTS», «attempts»)

file(«SCRIPT», «job root», «job.sbatch», «as_script»,
     «the bytes that were submitted», «submit, up», «Slurm, explain», «submitted or started by hpcc»)
file(«RUN», «job root», «run.json», «private»,
     «spec, script and names of variables, secrets redacted: [schema](schema/run.schema.json)», «submit, up», «report», «submitted or started by hpcc»)
file(«BATCH_LOG», «job root», «batch.log», «as_script»,
     «output of the script», «up --local», «logs, up», «of a local job»)
file(«STATE», «attempt», «state.json», «private»,
     «job and services, now: [schema](schema/state.schema.json)», «supervisor», «status, watch, logs, stats», «always»)
file(«EVENTS», «attempt», «events.jsonl», «private»,
     «everything that happened, one line each: [schema](schema/event.schema.json)», «supervisor», «events, watch, up», «once services can start»)
file(«OLD_EVENTS», «attempt», «events/<number>.jsonl», «private»,
     «earlier events, the oldest in `events/1.jsonl`», «supervisor», «events, watch, up», «above 16 MiB of them»)
file(«LOG», «attempt», «logs/<service>.log», «public»,
     «output of a service and its hooks, emptied at its first launch», «service», «logs, watch», «once it starts»)
file(«TIMES», «attempt», «log-times», «public»,
     «when which log had how many bytes», «supervisor», «logs», «once services can start»)
file(«PRIMARY_NODE», «attempt», «allocation/primary_node», «public»,
     «one name», «begin», «services», «always»)
file(«NODES», «attempt», «allocation/nodes.txt», «public»,
     «one name a line», «begin», «services, supervisor», «always»)
file(«PORTS», «attempt», «allocation/ports», «public»,
     «ports that the job has chosen, with blanks between», «script», «ports, ps», «with ports that are `auto`»)
file(«SERVICE_NODES», «attempt», «allocation/service-nodelists/<service>.nodes.txt», «public»,
     «the service's nodes», «begin», «service, supervisor», «always»)
file(«COMPONENT_NODES», «attempt», «allocation/components/<component>.nodes.txt», «public»,
     «the nodes of a component», «begin», «services», «heterogeneous jobs»)
file(«MPI_HOSTS», «attempt», «allocation/mpi-hostfiles/<service>.hostfile», «public»,
     «a node a line, ` slots=k` if known», «begin», «service», «services with `mpi`»)
file(«DISTRIBUTED_HOSTS», «attempt», «allocation/distributed-hostfiles/<service>.hostfile», «public»,
     «a node a line, ` slots=k`», «begin», «service, supervisor», «services on several nodes»)
file(«HOSTS», «attempt», «hosts/<number>», «public»,
     «names of services and lines of the nodes' own hosts files», «script», «containers», «with containers»)
file(«OWN_HOSTS», «attempt», «hosts/own», «public»,
     «lines of the first node's own hosts file», «script», «script», «with containers on several nodes»)
file(«ROOT», «attempt», «roots/<service>/<path>», «umask»,
     «copy of an image that a service writes to», «script», «service», «with a `ch-run` that has no `--write-fake`, until the end»)
file(«START_MARK», «attempt», «service-exits/<service>.<launch>.<task>.start», «public»,
     «how a task of the last launch began», «step shim», «supervisor», «once it starts»)
file(«READY_MARK», «attempt», «service-exits/<service>.<launch>.<task>.ready», «public»,
     «when it was ready», «step shim», «supervisor», «with `log` readiness for every task»)
file(«EXIT_MARK», «attempt», «service-exits/<service>.<launch>.<task>.exit», «public»,
     «how it ended», «step shim», «supervisor», «once it ends»)
file(«HOOK», «attempt», «hooks/<service>.<event>.sh», «private»,
     «a hook script, word for word», «script», «supervisor», «with hooks»)
file(«PROGRAM», «attempt», «bin/hpcc-rt», «program»,
     «the supervisor that this job runs», «begin», «script, services», «always»)
file(«RC», «attempt», «bin/rc», «public»,
     «how Enroot starts a command», «script», «Enroot», «of a local job, with `pyxis`»)
file(«FOUND», «attempt», «.found», «private»,
     «variables that say where services of other jobs are», «script», «script», «`x-slurm.rendezvous`, until the end»)
file(«METRICS_META», «attempt», «metrics/meta.json», «public»,
     «what is sampled: [schema](schema/metrics.schema.json), below», «sampler», «stats», «`x-slurm.metrics`»)
file(«SAMPLES», «attempt», «metrics/<kind>.jsonl», «public»,
     «samples», «sampler», «stats, status, cancel», «`x-slurm.metrics`»)
file(«METRICS_STOP», «attempt», «metrics/stop», «public»,
     «empty: asks the sampler to end», «supervisor, script», «sampler», «at the end»)
file(«MANIFEST», «attempt», «artifacts/manifest.json», «private»,
     «what was collected: [schema](schema/manifest.schema.json)», «collect», «artifacts», «`x-slurm.artifacts`»)
file(«PAYLOAD», «attempt», «artifacts/payload/<path>», «umask»,
     «copies, each at its path below the job root», «collect», «artifacts», «when something was collected»)
file(«ORDER», «attempt», «orders/<number>», «private»,
     «what is to be done by hand, then what became of it», «restart, stop, start, signal; supervisor», «supervisor; restart, stop, start, signal», «while somebody waits for the answer»)
file(«CANCELLED», «job root», «cancelled», «private»,
     «empty: the end was asked for, so that Slurm, too, is to say `CANCELLED`», «cancel», «script», «after `hpcc cancel`»)
file(«UNPACKED», «job root», «hpcc-rt», «program»,
     «unpacked from the script», «script», «script», «`--embed-runtime`, and no other is there»)
