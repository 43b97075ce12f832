m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«job_signal_shell», «step», «batch»)
enumeration(«after_job_condition», «afterany», «afterok», «afternotok»)
enumeration(«slurm_dependency», «singleton»)
enumeration(«cleanup_runtime_cache», «never», «on_success», «always»)
enumeration(«scratch_scope», «shared», «node_local»)
enumeration(«scratch_cleanup», «always», «on_success», «never»)
enumeration(«stage_in_mode», «rsync», «copy»)
enumeration(«hf_kind», «model», «dataset»)
enumeration(«stage_out_when», «always», «on_success», «on_failure»)
enumeration(«stage_out_mode», «rsync», «copy»)
enumeration(«watchdog_action», «warn», «cancel»)
enumeration(«mail_event», «start», «end», «fail», «requeue», «invalid_depend», «stage_out», «time_limit», «time_limit_90», «time_limit_80», «time_limit_50», «array_tasks», «all»)
enumeration(«metrics_collector», «gpu», «slurm», «cpu»)
enumeration(«artifacts_collect», «always», «on_success», «on_failure»)

record(«slurm», «x-slurm», «»)
field(«job_name», «job_name», «STR», «», «interp line», «», «C», «»,
      «--job-name»,
      «»)
field(«nodes», «nodes», «UINT», «pos», «», «1», «C», «R039»,
      «--nodes, always written»,
      «»)
field(«ntasks», «ntasks», «UINT», «pos», «», «», «C», «R039»,
      «--ntasks»,
      «»)
field(«ntasks_per_node», «ntasks_per_node», «UINT», «pos», «», «», «C», «R039»,
      «--ntasks-per-node»,
      «»)
field(«partition», «partition», «STR», «», «interp line», «», «C», «»,
      «--partition»,
      «»)
field(«account», «account», «STR», «», «interp line», «», «C», «»,
      «--account»,
      «»)
field(«qos», «qos», «STR», «», «interp line», «», «C», «»,
      «--qos»,
      «»)
field(«reservation», «reservation», «STR», «», «interp line», «», «S», «»,
      «--reservation»,
      «»)
field(«licenses», «licenses», «STR», «», «interp line», «», «S», «»,
      «--licenses»,
      «»)
field(«time», «time», «WALLTIME», «», «interp», «», «C», «R040»,
      «--time»,
      «»)
field(«cpus_per_task», «cpus_per_task», «UINT», «pos», «», «», «C», «R039, R051»,
      «--cpus-per-task»,
      «»)
field(«mem», «mem», «STR», «», «interp line», «», «C», «R052»,
      «--mem»,
      «»)
field(«gres», «gres», «STR», «», «interp line», «», «C», «R053»,
      «--gres»,
      «»)
field(«gpus», «gpus», «UINT», «pos», «», «», «C», «R039, R053»,
      «--gpus»,
      «»)
field(«gpus_per_node», «gpus_per_node», «UINT», «pos», «», «», «S», «R039»,
      «--gpus-per-node»,
      «»)
field(«gpus_per_task», «gpus_per_task», «UINT», «pos», «», «», «S», «R039»,
      «--gpus-per-task»,
      «»)
field(«cpus_per_gpu», «cpus_per_gpu», «UINT», «pos», «», «», «S», «R039, R051»,
      «--cpus-per-gpu»,
      «»)
field(«mem_per_gpu», «mem_per_gpu», «STR», «», «interp line», «», «S», «R052»,
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
field(«constraint», «constraint», «STR», «», «interp line», «», «C», «»,
      «--constraint»,
      «»)
field(«output», «output», «STR», «», «interp line», «», «C», «R045»,
      «--output»,
      «»)
field(«error», «error», «STR», «», «interp line», «», «C», «R045»,
      «--error»,
      «»)
field(«chdir», «chdir», «STR», «», «interp line», «», «C», «»,
      «--chdir»,
      «»)
field(«array», «array», «STR», «array», «interp», «», «S», «R041, R166»,
      «--array; forwards SLURM_ARRAY_*»,
      «»)
field(«requeue», «requeue», «BOOL», «», «», «», «S», «R054»,
      «true --requeue, false --no-requeue»,
      «»)
field(«signal», «signal», «RECORD», «job_signal», «», «», «S», «R054»,
      «--signal=[B:]<name>@<at_seconds>»,
      «»)
field(«submit_args», «submit_args», «LIST», «», «interp line», «», «C», «R054, R055»,
      «#SBATCH <v> each, after all above»,
      «»)
field(«after_job», «after_job», «RECORD», «after_job», «», «», «S», «R042»,
      «sbatch --dependency=… argument, never a directive»,
      «»)
field(«dependency», «dependency», «ENUM», «slurm_dependency», «», «», «S», «»,
      «joined to the same argument»,
      «»)
field(«resources», «resources», «STR», «», «interp line», «», «X», «R046, R085»,
      «fills absent fields from the named profile (5.4)»,
      «»)
field(«cache_dir», «cache_dir», «STR», «», «interp», «», «C», «shared storage, A04; relative to spec dir»,
      «images, rendezvous, staged data»,
      «»)
field(«enroot_temp_dir», «enroot_temp_dir», «STR», «», «interp», «», «X», «»,
      «ENROOT_TEMP_PATH during preparation»,
      «»)
field(«runtime_root», «runtime_root», «STR», «», «interp», «», «S», «A04; relative to submit dir»,
      «job root, baked in absolute at submission»,
      «»)
field(«setup», «setup», «LIST», «», «», «», «C», «quoting is the author's»,
      «lines verbatim, set -euo pipefail in force, after root x-env»,
      «»)
field(«cleanup», «cleanup», «RECORD», «cleanup», «», «», «X», «»,
      «teardown clean-up»,
      «»)
field(«scratch», «scratch», «RECORD», «scratch», «», «», «S», «»,
      «<base>/<job id> mounted in services»,
      «»)
field(«stage_in», «stage_in», «RECORDS», «stage_in», «», «», «S», «R063»,
      «copied before services start»,
      «»)
field(«stage_out», «stage_out», «RECORDS», «stage_out», «», «», «S», «»,
      «copied during teardown»,
      «»)
field(«burst_buffer», «burst_buffer», «RECORD», «burst_buffer», «», «», «X», «»,
      «holds directives (3.2)»,
      «»)
field(«metrics», «metrics», «RECORD», «metrics», «», «», «S», «»,
      «sampler (6.10)»,
      «»)
field(«watchdog», «watchdog», «RECORD», «watchdog», «», «», «X», «»,
      «idle warnings in follow-up commands»,
      «»)
field(«artifacts», «artifacts», «RECORD», «artifacts», «», «», «C», «»,
      «collection at teardown (6.8)»,
      «»)
field(«resume», «resume», «RECORD», «resume», «», «», «S», «»,
      «6.9»,
      «»)
field(«notify», «notify», «RECORD», «notify», «», «», «S», «»,
      «holds email»,
      «»)
field(«rendezvous», «rendezvous», «RECORD», «lookup», «», «», «X», «»,
      «look-up before launch (6.11); string or list = discover»,
      «»)
field(«parallelism», «parallelism», «RECORD», «parallelism», «», «», «S», «»,
      «checked, nothing written»,
      «»)
end(«slurm»)

record(«job_signal», «x-slurm.signal», «»)
field(«name», «name», «STR», «signal», «req», «», «S», «R043»,
      «»,
      «»)
field(«at_seconds», «at_seconds», «UINT», «u64», «req», «», «S», «R044»,
      «»,
      «»)
field(«shell», «shell», «ENUM», «job_signal_shell», «», «step», «S», «»,
      «batch: prefix B:, and (INT, TERM apart) a trap that relays the signal to all running services without exiting»,
      «»)
end(«job_signal»)

record(«email», «x-slurm.notify.email», «»)
field(«to», «to», «STR», «», «interp line req», «», «S», «R055, R057»,
      «--mail-user»,
      «»)
field(«on», «on», «LIST», «words:mail_event», «», «», «S», «R056»,
      «--mail-type (5.5)»,
      «»)
end(«email»)

record(«burst_buffer», «x-slurm.burst_buffer», «»)
field(«directives», «directives», «LIST», «», «line», «», «X», «R066»,
      «each line as it stands, last»,
      «»)
end(«burst_buffer»)

record(«after_job», «x-slurm.after_job», «scalar=id»)
field(«id», «id», «STR», «job_id», «interp req», «», «S», «R042»,
      «»,
      «»)
field(«condition», «condition», «ENUM», «after_job_condition», «», «afterany», «S», «»,
      «»,
      «»)
end(«after_job»)

record(«cleanup», «x-slurm.cleanup», «»)
field(«runtime_cache», «runtime_cache», «ENUM», «cleanup_runtime_cache», «», «never», «X», «»,
      «teardown removes the job's ENROOT_* folders»,
      «»)
end(«cleanup»)

record(«scratch», «x-slurm.scratch», «»)
field(«scope», «scope», «ENUM», «scratch_scope», «», «node_local», «S», «»,
      «node_local, N > 1: made, staged, removed on every node»,
      «»)
field(«base», «base», «STR», «», «interp job_id req», «», «S», «R061»,
      «host side»,
      «»)
field(«mount», «mount», «STR», «», «interp req», «», «S», «R061»,
      «container side»,
      «»)
field(«cleanup», «cleanup», «ENUM», «scratch_cleanup», «», «always», «S», «»,
      «removal at the end, skipped after a failed stage-out»,
      «»)
end(«scratch»)

record(«stage_in», «x-slurm.stage_in[]», «»)
field(«from», «from», «STR», «», «interp job_id», «», «S», «R062, R063»,
      «source»,
      «»)
field(«to», «to», «STR», «», «interp job_id req», «», «S», «R062»,
      «target; at or below scratch.mount: the host side of scratch»,
      «»)
field(«mode», «mode», «ENUM», «stage_in_mode», «», «rsync», «S», «»,
      «rsync -a, or cp -R without rsync; copy is cp -R»,
      «»)
field(«hf», «hf», «RECORD», «hf», «», «», «X», «R063»,
      «download inside the job, then copy to to»,
      «»)
end(«stage_in»)

record(«hf», «x-slurm.stage_in[].hf», «»)
field(«repo», «repo», «STR», «», «interp req», «», «X», «R064»,
      «»,
      «»)
field(«revision», «revision», «STR», «», «interp req», «», «X», «R065»,
      «--revision»,
      «»)
field(«kind», «kind», «ENUM», «hf_kind», «», «model», «X», «»,
      «dataset: --repo-type dataset»,
      «»)
end(«hf»)

record(«stage_out», «x-slurm.stage_out[]», «»)
field(«from», «from», «STR», «», «interp job_id req», «», «S», «R062»,
      «source, mapped through scratch»,
      «»)
field(«to», «to», «STR», «», «interp job_id req», «», «S», «R062»,
      «target»,
      «»)
field(«when», «when», «ENUM», «stage_out_when», «», «always», «S», «»,
      «by exit code»,
      «»)
field(«mode», «mode», «ENUM», «stage_out_mode», «», «rsync», «S», «»,
      «as above»,
      «»)
end(«stage_out»)

record(«metrics», «x-slurm.metrics», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «S», «»,
      «»,
      «»)
field(«interval_seconds», «interval_seconds», «UINT», «u64», «», «5», «S», «R067»,
      «»,
      «»)
field(«collectors», «collectors», «LIST», «words:metrics_collector», «», «», «S», «»,
      «»,
      «»)
end(«metrics»)

record(«watchdog», «x-slurm.watchdog», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «X», «»,
      «»,
      «»)
field(«action», «action», «ENUM», «watchdog_action», «», «warn», «X», «R068»,
      «»,
      «»)
field(«grace_period_seconds», «grace_period_seconds», «UINT», «u64», «», «600», «X», «R069»,
      «»,
      «»)
field(«gpu», «gpu», «RECORD», «watchdog_gpu», «», «», «X», «»,
      «»,
      «»)
field(«cpu», «cpu», «RECORD», «watchdog_cpu», «», «», «X», «»,
      «»,
      «»)
end(«watchdog»)

record(«watchdog_gpu», «x-slurm.watchdog.gpu», «»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «1800», «X», «R069»,
      «»,
      «»)
field(«compute_below_pct», «compute_below_pct», «UINT», «u32», «», «2», «X», «R069»,
      «GPU utilisation»,
      «»)
field(«memory_resident_above_pct», «memory_resident_above_pct», «UINT», «u32», «», «20», «X», «R069»,
      «GPU memory used / total»,
      «»)
end(«watchdog_gpu»)

record(«watchdog_cpu», «x-slurm.watchdog.cpu», «»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «1800», «X», «R069»,
      «»,
      «»)
field(«compute_below_pct», «compute_below_pct», «UINT», «u32», «», «5», «X», «R069»,
      «host CPU utilisation»,
      «»)
field(«memory_resident_above_pct», «memory_resident_above_pct», «UINT», «u32», «», «20», «X», «R069»,
      «step RSS / AllocTRES memory»,
      «»)
end(«watchdog_cpu»)

record(«artifacts», «x-slurm.artifacts», «»)
field(«collect», «collect», «ENUM», «artifacts_collect», «», «always», «C», «»,
      «by exit code»,
      «»)
field(«export_dir», «export_dir», «STR», «», «interp job_id req missing=R070», «», «C», «R070»,
      «export target, relative to spec dir»,
      «»)
field(«paths», «paths», «LIST», «», «interp», «», «C», «R071, R074–R076»,
      «bundle default»,
      «»)
field(«bundles», «bundles», «NAMED», «bundle», «», «», «S», «R071, R072»,
      «named bundles»,
      «»)
end(«artifacts»)

record(«bundle», «x-slurm.artifacts.bundles.<n>», «»)
field(«paths», «paths», «LIST», «», «interp req missing=R073», «», «S», «R073–R076»,
      «»,
      «»)
end(«bundle»)

record(«resume», «x-slurm.resume», «»)
field(«path», «path», «STR», «», «interp req», «», «S», «R076, R077, A14»,
      «mounted at /hpc-compose/resume»,
      «»)
end(«resume»)

record(«notify», «x-slurm.notify», «»)
field(«email», «email», «RECORD», «email», «req», «», «S», «»,
      «3.2»,
      «»)
end(«notify»)

record(«lookup», «x-slurm.rendezvous», «scalar=discover list=discover»)
field(«discover», «discover», «ONE_OR_LIST», «», «interp req», «», «X», «R078–R080»,
      «»,
      «»)
field(«timeout_seconds», «timeout_seconds», «UINT», «u64», «», «30», «X», «R081»,
      «one clock for all names»,
      «»)
field(«require», «require», «BOOL», «», «», «true», «X», «»,
      «false: a miss only warns»,
      «»)
end(«lookup»)

record(«parallelism», «x-slurm.parallelism», «»)
field(«tensor», «tensor», «UINT», «u32», «req», «», «S», «R083, R084»,
      «»,
      «»)
field(«pipeline», «pipeline», «UINT», «u32», «req», «», «S», «R083, R084»,
      «»,
      «»)
end(«parallelism»)
