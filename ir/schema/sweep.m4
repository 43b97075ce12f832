m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«sweep_objective_direction», «minimize», «maximize»)

record(«sweep», «sweep», «»)
field(«parameters», «parameters», «VALUES», «», «req», «», «X», «R154–R156»,
      «one variable per key and trial»,
      «»)
field(«matrix», «matrix», «RECORD», «sweep_matrix», «req shape=R157», «», «X», «R157»,
      «full: Cartesian product, names sorted, last name fastest»,
      «»)
field(«replicates», «replicates», «UINT», «u32», «», «1», «X», «R159»,
      «trials per combination»,
      «»)
field(«objective», «objective», «RECORD», «sweep_objective», «», «», «X», «R160»,
      «ranking of ended trials»,
      «»)
end(«sweep»)

record(«sweep_matrix», «sweep.matrix», «word=full»)
field(«random», «random», «UINT», «u64», «req», «», «X», «R158»,
      «that many combinations, without repeats»,
      «»)
field(«seed», «seed», «STR», «», «», «», «X», «»,
      «fixes the sample»,
      «»)
end(«sweep_matrix»)

record(«sweep_objective», «sweep.objective», «»)
field(«direction», «direction», «ENUM», «sweep_objective_direction», «req», «», «X», «»,
      «order»,
      «»)
field(«log_pattern», «log_pattern», «STR», «», «», «», «X», «R160, R161»,
      «regex on the primary service log»,
      «»)
field(«group», «group», «UINT», «u32», «», «1», «X», «R161»,
      «capture group read as a float»,
      «»)
field(«json_path», «json_path», «STR», «», «», «», «X», «R160»,
      «JSON file among the trial's artifacts»,
      «»)
field(«json_field», «json_field», «STR», «», «», «», «X», «R160»,
      «field in it»,
      «»)
field(«scaling_axis», «scaling_axis», «STR», «», «», «», «X», «R162»,
      «x axis of the scaling report»,
      «»)
end(«sweep_objective»)
