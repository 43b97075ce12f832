m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«mpi_profile», «openmpi», «mpich», «intel_mpi»)
enumeration(«mpi_implementation», «openmpi», «mpich», «intel_mpi», «mvapich2», «cray_mpi», «hpe_mpi», «unknown»)
enumeration(«mpi_launcher», «srun»)
enumeration(«step_lifetime», «own», «dependents»)
enumeration(«failure_policy_mode», «fail_job», «ignore», «restart_on_failure»)
enumeration(«hook_context», «host», «container»)
enumeration(«event_hook_on», «restart», «window_exhausted»)
enumeration(«event_hook_context», «host»)

record(«step», «services.<n>.x-slurm», «»)
field(«nodes», «nodes», «UINT», «pos», «», «», «C», «R137–R140»,
      «step --nodes (selects, never enlarges)»,
      «»)
field(«ntasks», «ntasks», «UINT», «pos», «», «», «C», «R039, R146»,
      «--ntasks»,
      «»)
field(«ntasks_per_node», «ntasks_per_node», «UINT», «pos», «», «», «C», «R039, R145, R146»,
      «--ntasks-per-node»,
      «»)
field(«cpus_per_task», «cpus_per_task», «UINT», «pos», «», «», «C», «R051, R148»,
      «--cpus-per-task»,
      «»)
field(«gpus», «gpus», «UINT», «pos», «», «», «C», «R053, R147»,
      «--gpus»,
      «»)
field(«gres», «gres», «STR», «», «interp line», «», «C», «R053, R147»,
      «--gres»,
      «»)
field(«gpus_per_node», «gpus_per_node», «UINT», «pos», «», «», «S», «R148»,
      «--gpus-per-node»,
      «»)
field(«gpus_per_task», «gpus_per_task», «UINT», «pos», «», «», «S», «R148»,
      «--gpus-per-task»,
      «»)
field(«cpus_per_gpu», «cpus_per_gpu», «UINT», «pos», «», «», «S», «R051, R148»,
      «--cpus-per-gpu»,
      «»)
field(«mem_per_gpu», «mem_per_gpu», «STR», «», «interp line», «», «S», «»,
      «--mem-per-gpu»,
      «»)
field(«gpu_bind», «gpu_bind», «STR», «», «interp line», «», «S», «»,
      «--gpu-bind»,
      «»)
field(«cpu_bind», «cpu_bind», «STR», «», «interp line», «», «S», «»,
      «--cpu-bind»,
      «»)
field(«mem_bind», «mem_bind», «STR», «», «interp line», «», «S», «»,
      «--mem-bind»,
      «»)
field(«distribution», «distribution», «STR», «», «interp line», «», «S», «»,
      «--distribution»,
      «»)
field(«hint», «hint», «STR», «», «interp line», «», «S», «»,
      «--hint»,
      «»)
field(«time_limit», «time_limit», «WALLTIME», «», «interp», «», «S», «R040»,
      «advice A10–A12 only»,
      «»)
field(«extra_srun_args», «extra_srun_args», «LIST», «», «interp line», «», «C», «R058, R059»,
      «after the other srun options»,
      «»)
field(«placement», «placement», «RECORD», «placement», «», «», «S», «R130»,
      «node set (5.7)»,
      «»)
field(«mpi», «mpi», «RECORD», «mpi», «», «», «S», «R059»,
      «MPI launch»,
      «»)
field(«failure_policy», «failure_policy», «RECORD», «failure_policy», «», «», «C», «»,
      «6.4»,
      «»)
field(«prologue», «prologue», «RECORD», «hook», «», «», «S», «R110»,
      «before each launch (6.5)»,
      «»)
field(«epilogue», «epilogue», «RECORD», «hook», «», «», «S», «R110»,
      «after each exit (6.5)»,
      «»)
field(«hooks», «hooks», «RECORDS», «event_hook», «», «», «S», «»,
      «policy events (6.5)»,
      «»)
field(«scratch», «scratch», «RECORD», «step_scratch», «», «», «S», «»,
      «opt-out»,
      «»)
field(«rendezvous», «rendezvous», «RECORD», «provider», «», «», «X», «»,
      «provider side»,
      «»)
field(«parallelism», «parallelism», «RECORD», «parallelism», «», «», «S», «»,
      «checked, no flag written»,
      «»)
field(«lifetime», «lifetime», «ENUM», «step_lifetime», «», «own», «S», «»,
      «stopped once all dependents have ended (dependents)»,
      «»)
end(«step»)

record(«placement», «services.<n>.x-slurm.placement», «»)
field(«node_range», «node_range», «NODESET», «», «interp», «», «S», «R131, R135»,
      «those indices»,
      «»)
field(«node_count», «node_count», «UINT», «u32», «», «», «S», «R132, R136»,
      «that many eligible nodes»,
      «»)
field(«node_percent», «node_percent», «UINT», «u32», «», «», «S», «R132, R136»,
      «share of eligible nodes»,
      «»)
field(«share_with», «share_with», «STR», «», «interp», «», «S», «R133, R141, R142»,
      «another service's node set»,
      «»)
field(«start_index», «start_index», «UINT», «u32», «», «0», «S», «R134, R135»,
      «first index looked at»,
      «»)
field(«exclude», «exclude», «NODESET», «», «interp», «», «S», «R131, R135»,
      «--exclude=<nodes>»,
      «»)
field(«allow_overlap», «allow_overlap», «BOOL», «», «nonull», «false», «S», «R143»,
      «»,
      «»)
end(«placement»)

record(«mpi», «services.<n>.x-slurm.mpi», «»)
field(«type», «type», «STR», «», «req», «», «S», «R115»,
      «--mpi=<v>»,
      «»)
field(«profile», «profile», «ENUM», «mpi_profile», «», «», «S», «R116, A13»,
      «variable only»,
      «»)
field(«implementation», «implementation», «ENUM», «mpi_implementation», «», «», «S», «R116»,
      «variable only»,
      «»)
field(«launcher», «launcher», «ENUM», «mpi_launcher», «», «srun», «S», «»,
      «»,
      «»)
field(«expected_ranks», «expected_ranks», «UINT», «pos», «», «», «S», «R039, R149»,
      «»,
      «»)
field(«host_mpi», «host_mpi», «RECORD», «host_mpi», «», «», «S», «»,
      «host MPI made visible»,
      «»)
end(«mpi»)

record(«host_mpi», «services.<n>.x-slurm.mpi.host_mpi», «»)
field(«bind_paths», «bind_paths», «MOUNTS», «», «interp», «», «S», «R047–R050, R125, R129»,
      «mounts after volumes»,
      «»)
field(«env», «env», «ENV», «», «interp», «», «S», «R031, R032»,
      «behind environment»,
      «»)
end(«host_mpi»)

record(«failure_policy», «services.<n>.x-slurm.failure_policy», «»)
field(«mode», «mode», «ENUM», «failure_policy_mode», «», «fail_job», «C», «R117, R119»,
      «»,
      «»)
field(«max_restarts», «max_restarts», «UINT», «u32», «», «3», «C», «R117, R118»,
      «lifetime cap»,
      «»)
field(«backoff_seconds», «backoff_seconds», «UINT», «u64», «», «5», «C», «R117, R118»,
      «wait before a relaunch»,
      «»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «60», «C», «R117, R118»,
      «rolling window»,
      «»)
field(«max_restarts_in_window», «max_restarts_in_window», «UINT», «u32», «», «», «C», «R117, R118»,
      «window cap»,
      «»)
field(«reset_after_seconds», «reset_after_seconds», «UINT», «u64», «», «», «S», «R117, R118»,
      «gives back the lifetime budget after that long without a failure»,
      «»)
end(«failure_policy»)

record(«hook», «services.<n>.x-slurm.prologue», «scalar=script»)
field(«context», «context», «ENUM», «hook_context», «», «host», «S», «R128»,
      «»,
      «»)
field(«script», «script», «STR», «», «req», «», «S», «R110»,
      «»,
      «»)
end(«hook»)

record(«event_hook», «services.<n>.x-slurm.hooks[]», «»)
field(«on», «on», «ENUM», «event_hook_on», «req», «», «S», «»,
      «»,
      «»)
field(«context», «context», «ENUM», «event_hook_context», «word=R111», «host», «S», «R111»,
      «»,
      «»)
field(«script», «script», «STR», «», «req», «», «S», «R110»,
      «»,
      «»)
end(«event_hook»)

record(«step_scratch», «services.<n>.x-slurm.scratch», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «S», «»,
      «false: no scratch mount or variables here»,
      «»)
end(«step_scratch»)

record(«provider», «services.<n>.x-slurm.rendezvous», «»)
field(«registration», «register», «RECORD», «registration», «», «», «X», «R082»,
      «publish this service (6.11)»,
      «»)
end(«provider»)

record(«registration», «services.<n>.x-slurm.rendezvous.register», «»)
field(«name», «name», «STR», «», «interp req», «», «X», «R079»,
      «»,
      «»)
field(«port», «port», «UINT», «port», «req», «», «X», «R082»,
      «»,
      «»)
field(«protocol», «protocol», «STR», «», «interp», «http», «X», «R082»,
      «»,
      «»)
field(«path», «path», «STR», «», «interp», «», «X», «R082»,
      «»,
      «»)
field(«ttl_seconds», «ttl_seconds», «UINT», «u64», «», «3600», «X», «R082»,
      «»,
      «»)
field(«metadata», «metadata», «MAP», «», «interp», «», «X», «R082»,
      «»,
      «»)
end(«registration»)
