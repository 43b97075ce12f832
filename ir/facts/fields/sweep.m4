m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl names=service (whose name the text is: service, component, variable, file), resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«sweep_objective_direction», «minimize», «maximize»)

record(«sweep», «sweep», «»)
field(«parameters», «parameters», «VALUES», «», «req», «», «X», «R154, R155, R156»,
      «one variable per trial and name»,
      «Parameters by name, each with its list of values.»)
field(«matrix», «matrix», «RECORD», «sweep_matrix», «req shape=R157», «», «X», «R157»,
      «which combinations run»,
      «full for all combinations, or how many to draw at random.»)
field(«replicates», «replicates», «UINT», «u32», «», «1», «X», «R159»,
      «trials per combination»,
      «How often each combination runs.»)
field(«objective», «objective», «RECORD», «sweep_objective», «», «», «X», «R160»,
      «ranking of ended trials»,
      «What makes a trial better than another.»)
end(«sweep»)

record(«sweep_matrix», «sweep.matrix», «word=full»)
field(«random», «random», «UINT», «u64», «req», «», «X», «R158»,
      «»,
      «Number of combinations to draw, without repeats.»)
field(«seed», «seed», «STR», «», «», «», «X», «»,
      «»,
      «Text that fixes the draw; absent: the id of the sweep.»)
end(«sweep_matrix»)

record(«sweep_objective», «sweep.objective», «»)
field(«direction», «direction», «ENUM», «sweep_objective_direction», «req», «», «X», «»,
      «order of the ranking»,
      «Whether small or large values are better.»)
field(«log_pattern», «log_pattern», «STR», «», «», «», «X», «R160, R161»,
      «»,
      «Regular expression looked for in the log of the primary service.»)
field(«group», «group», «UINT», «u32», «», «1», «X», «R161»,
      «»,
      «Group of log_pattern that holds the number.»)
field(«json_path», «json_path», «STR», «», «», «», «X», «R160»,
      «»,
      «JSON file among the artifacts of the trial.»)
field(«json_field», «json_field», «STR», «», «», «», «X», «R160»,
      «»,
      «Field of that file that holds the number.»)
field(«scaling_axis», «scaling_axis», «STR», «», «», «», «X», «R162»,
      «x axis of the scaling report»,
      «Parameter along which scaling is reported.»)
end(«sweep_objective»)
