m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl blank (a blank text or item is no value), names=service (whose name the text is: service, component, variable, file), resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays), run (${run:WORD} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«job_signal_shell», «step», «batch»)
enumeration(«script_shell», «login»)
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
option_fields(«root»)field(«submit_args», «submit_args», «LIST», «», «interp line blank», «», «C», «R037, R054, R055»,
      «#SBATCH lines after all others»,
      «Options of sbatch that have no field here.»)
field(«components», «components», «NAMED», «component», «», «», «S», «E20»,
      «#SBATCH hetjob between their heads»,
      «Parts of a heterogeneous job by name, each with nodes of its own; else as x-slurm says.»)
field(«after_job», «after_job», «RECORD», «after_job», «blank», «», «S», «R042»,
      «dependency of the submission»,
      «Start only after another job; a job id is short for its id.»)
field(«dependency», «dependency», «ENUM», «slurm_dependency», «», «», «S», «»,
      «dependency of the submission»,
      «singleton: wait for all earlier jobs of the same name and user.»)
field(«resources», «resources», «STR», «», «interp line», «», «X», «R046, R085»,
      «fills absent fields»,
      «Name of a resource profile in the settings.»)
field(«cache_dir», «cache_dir», «STR», «», «interp blank», «», «C», «A04»,
      «»,
      «Shared folder for images, staged data and records; relative to the folder of the spec.»)
field(«enroot_temp_dir», «enroot_temp_dir», «STR», «», «interp blank», «», «X», «»,
      «ENROOT_TEMP_PATH»,
      «Folder for temporary files while images are prepared.»)
field(«runtime_root», «runtime_root», «STR», «», «interp blank», «», «S», «A04»,
      «»,
      «Folder that job folders are made in; relative to where the job is submitted.»)
field(«shell», «shell», «ENUM», «script_shell», «», «», «S», «»,
      «#!/bin/bash -l»,
      «login: the batch script is run by a login shell, which reads the site's profile.»)
field(«names», «names», «BOOL», «», «nonull», «true», «X», «E13»,
      «hosts file of containers»,
      «Containers reach services by name; false: they have the hosts file that their tool gives them.»)
field(«setup», «setup», «LIST», «», «», «», «C», «»,
      «lines of the batch script»,
      «Shell lines run once before any service starts; behind a line set -e, a failure ends the job.»)
field(«cleanup», «cleanup», «RECORD», «cleanup», «», «», «X», «»,
      «»,
      «What is removed when the job ends.»)
field(«scratch», «scratch», «RECORD», «scratch», «», «», «S», «R061»,
      «mounted in services»,
      «A fast folder for the time of the job.»)
field(«stage_in», «stage_in», «RECORDS», «stage_in», «», «», «S», «R062, R063»,
      «before services start»,
      «Data copied in before any service starts.»)
field(«stage_out», «stage_out», «RECORDS», «stage_out», «», «», «S», «R062»,
      «during teardown»,
      «Data copied out when the job ends.»)
field(«burst_buffer», «burst_buffer», «RECORD», «burst_buffer», «», «», «X», «»,
      «»,
      «Burst buffer lines.»)
field(«metrics», «metrics», «RECORD», «metrics», «», «», «S», «»,
      «sampler»,
      «Samples of GPU, CPU and step use while the job runs.»)
field(«watchdog», «watchdog», «RECORD», «watchdog», «», «», «X», «»,
      «warnings in follow-up commands»,
      «Warnings when the job sits idle.»)
field(«artifacts», «artifacts», «RECORD», «artifacts», «», «», «C», «R071»,
      «collected during teardown»,
      «Results kept when the job ends.»)
field(«resume», «resume», «RECORD», «resume», «», «», «S», «»,
      «attempts»,
      «A shared folder from which a later attempt goes on.»)
field(«notify», «notify», «RECORD», «notify», «», «», «S», «»,
      «»,
      «Who is told about the job.»)
field(«rendezvous», «rendezvous», «RECORD», «lookup», «», «», «X», «R078»,
      «look-up before services start»,
      «Services of other jobs to find before this one starts; a name or list is short for discover.»)
field(«parallelism», «parallelism», «RECORD», «parallelism», «», «», «S», «R083, R084»,
      «checked only»,
      «Degrees of parallelism, checked against nodes and GPUs.»)
end(«slurm»)

record(«component», «x-slurm.components.<name>», «ordered=spec»)
option_fields(«component»)field(«submit_args», «submit_args», «LIST», «», «interp line blank», «», «S», «R037, R054, R055»,
      «#SBATCH lines of this part»,
      «Options of sbatch that have no field here; in place of those of x-slurm.»)
end(«component»)

record(«job_signal», «x-slurm.signal», «»)
field(«name», «name», «STR», «signal», «req interp», «», «S», «R043»,
      «--signal»,
      «Signal to send: HUP, INT, QUIT, USR1, USR2 or TERM.»)
field(«at_seconds», «at_seconds», «UINT», «u64», «req», «», «S», «R044»,
      «--signal»,
      «Seconds before the time limit; Slurm may send it up to a minute early.»)
field(«shell», «shell», «ENUM», «job_signal_shell», «», «step», «S», «»,
      «B: in --signal»,
      «step sends it to the steps, batch to the batch script, which passes it to all services.»)
end(«job_signal»)

record(«email», «x-slurm.notify.email», «»)
field(«to», «to», «STR», «», «interp line req», «», «S», «R055, R057»,
      «#SBATCH --mail-user»,
      «Address that mail goes to.»)
field(«on», «on», «LIST», «words:mail_event», «interp», «», «S», «R056»,
      «#SBATCH --mail-type»,
      «Events that send mail; empty means end and fail.»)
end(«email»)

record(«burst_buffer», «x-slurm.burst_buffer», «»)
field(«directives», «directives», «LIST», «», «line», «», «X», «R037, R066»,
      «lines as they stand»,
      «Lines that begin #BB or #DW.»)
end(«burst_buffer»)

record(«after_job», «x-slurm.after_job», «scalar=id»)
field(«id», «id», «STR», «job_id», «interp req», «», «S», «R042»,
      «»,
      «Job id, or job id and array index such as 123_4.»)
field(«condition», «condition», «ENUM», «after_job_condition», «», «afterany», «S», «»,
      «»,
      «afterok wants success, afternotok failure, afterany only the end.»)
end(«after_job»)

record(«cleanup», «x-slurm.cleanup», «»)
field(«runtime_cache», «runtime_cache», «ENUM», «cleanup_runtime_cache», «», «never», «X», «»,
      «»,
      «When the job removes its own unpacked images.»)
end(«cleanup»)

record(«scratch», «x-slurm.scratch», «»)
field(«scope», «scope», «ENUM», «scratch_scope», «», «node_local», «S», «»,
      «»,
      «node_local: one folder on every node; shared: one for all nodes.»)
field(«base», «base», «STR», «», «interp job_id run req», «», «S», «R061»,
      «»,
      «Folder on the host; the job makes its own folder below it.»)
field(«mount», «mount», «STR», «», «interp req», «», «S», «R061»,
      «»,
      «Where services see it.»)
field(«cleanup», «cleanup», «ENUM», «scratch_cleanup», «», «always», «S», «»,
      «»,
      «When the folder is removed; never after a failed stage-out.»)
end(«scratch»)

record(«stage_in», «x-slurm.stage_in[]», «»)
field(«from», «from», «STR», «», «interp job_id run», «», «S», «R062, R063»,
      «»,
      «Source; absent when hf says what to download.»)
field(«to», «to», «STR», «», «interp job_id run req», «», «S», «R062»,
      «»,
      «Target; at or below scratch.mount it is scratch on the host.»)
field(«mode», «mode», «ENUM», «stage_in_mode», «», «rsync», «S», «»,
      «»,
      «rsync copies what has changed, copy copies all.»)
field(«hf», «hf», «RECORD», «hf», «», «», «X», «R063»,
      «download inside the job»,
      «A Hugging Face repository to download instead of a source.»)
end(«stage_in»)

record(«hf», «x-slurm.stage_in[].hf», «»)
field(«repo», «repo», «STR», «», «interp req», «», «X», «R064»,
      «»,
      «Repository as org/name.»)
field(«revision», «revision», «STR», «», «interp req», «», «X», «R065»,
      «--revision»,
      «A commit or version; branches such as main are refused, since they move.»)
field(«kind», «kind», «ENUM», «hf_kind», «», «model», «X», «»,
      «--repo-type»,
      «Whether the repository is a model or a dataset.»)
end(«hf»)

record(«stage_out», «x-slurm.stage_out[]», «»)
field(«from», «from», «STR», «», «interp job_id run req», «», «S», «R062»,
      «»,
      «Source; at or below scratch.mount it is scratch on the host.»)
field(«to», «to», «STR», «», «interp job_id run req», «», «S», «R062»,
      «»,
      «Where to copy it.»)
field(«when», «when», «ENUM», «stage_out_when», «», «always», «S», «»,
      «by exit code»,
      «When to copy, by how the job ended.»)
field(«mode», «mode», «ENUM», «stage_out_mode», «», «rsync», «S», «»,
      «»,
      «rsync copies what has changed, copy copies all.»)
end(«stage_out»)

record(«metrics», «x-slurm.metrics», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «S», «»,
      «»,
      «Whether samples are taken.»)
field(«interval_seconds», «interval_seconds», «UINT», «u64», «», «5», «S», «R067»,
      «»,
      «Seconds between samples.»)
field(«collectors», «collectors», «LIST», «words:metrics_collector», «interp», «», «S», «»,
      «»,
      «What is sampled; empty means all.»)
end(«metrics»)

record(«watchdog», «x-slurm.watchdog», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «X», «»,
      «»,
      «Whether idle time is looked for.»)
field(«action», «action», «ENUM», «watchdog_action», «», «warn», «X», «R068»,
      «»,
      «What happens when the job sits idle; cancel is reserved.»)
field(«grace_period_seconds», «grace_period_seconds», «UINT», «u64», «», «600», «X», «R069»,
      «»,
      «Seconds after the start that do not count.»)
field(«gpu», «gpu», «RECORD», «watchdog_gpu», «», «», «X», «»,
      «»,
      «When GPUs count as idle.»)
field(«cpu», «cpu», «RECORD», «watchdog_cpu», «», «», «X», «»,
      «»,
      «When CPUs count as idle.»)
end(«watchdog»)

record(«watchdog_gpu», «x-slurm.watchdog.gpu», «»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «1800», «X», «R069»,
      «»,
      «Seconds of idleness before a warning.»)
field(«compute_below_pct», «compute_below_pct», «UINT», «u32», «», «2», «X», «R069»,
      «»,
      «GPU use in percent below which it counts as idle.»)
field(«memory_resident_above_pct», «memory_resident_above_pct», «UINT», «u32», «», «20», «X», «R069»,
      «»,
      «Share of GPU memory in percent above which the job holds on to the GPU.»)
end(«watchdog_gpu»)

record(«watchdog_cpu», «x-slurm.watchdog.cpu», «»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «1800», «X», «R069»,
      «»,
      «Seconds of idleness before a warning.»)
field(«compute_below_pct», «compute_below_pct», «UINT», «u32», «», «5», «X», «R069»,
      «»,
      «CPU use in percent below which it counts as idle.»)
field(«memory_resident_above_pct», «memory_resident_above_pct», «UINT», «u32», «», «20», «X», «R069»,
      «»,
      «Share of memory in percent above which the job holds on to the node.»)
end(«watchdog_cpu»)

record(«artifacts», «x-slurm.artifacts», «»)
field(«collect», «collect», «ENUM», «artifacts_collect», «», «always», «C», «»,
      «by exit code»,
      «When results are collected, by how the job ended.»)
field(«export_dir», «export_dir», «STR», «», «interp job_id req missing=R070», «», «C», «R070»,
      «»,
      «Folder that a later export writes to; relative to the folder of the spec.»)
field(«paths», «paths», «LIST», «», «interp», «», «C», «R071, R074, R075, R076»,
      «bundle default»,
      «Globs of the results, at or below /hpc-compose/job.»)
field(«bundles», «bundles», «NAMED», «bundle», «», «», «S», «R071, R072»,
      «»,
      «Further sets of results by name.»)
end(«artifacts»)

record(«bundle», «x-slurm.artifacts.bundles.<name>», «»)
field(«paths», «paths», «LIST», «», «interp req missing=R073», «», «S», «R073, R074, R075, R076»,
      «»,
      «Globs of the results, at or below /hpc-compose/job.»)
end(«bundle»)

record(«resume», «x-slurm.resume», «»)
field(«path», «path», «STR», «», «interp req», «», «S», «R076, R077, A14»,
      «mounted at /hpc-compose/resume»,
      «Shared folder that all attempts see.»)
end(«resume»)

record(«notify», «x-slurm.notify», «»)
field(«email», «email», «RECORD», «email», «req», «», «S», «R015»,
      «»,
      «Mail about the job.»)
end(«notify»)

record(«lookup», «x-slurm.rendezvous», «scalar=discover list=discover»)
field(«discover», «discover», «ONE_OR_LIST», «», «interp req», «», «X», «R078, R079, R080»,
      «»,
      «Names to find; services see where they are in HPC_COMPOSE_RDZV variables.»)
field(«timeout_seconds», «timeout_seconds», «UINT», «u64», «», «30», «X», «R081»,
      «»,
      «Seconds to wait for all of them together.»)
field(«require», «require», «BOOL», «», «», «true», «X», «»,
      «»,
      «Whether a name that is not found fails the job, or only warns.»)
end(«lookup»)

record(«parallelism», «x-slurm.parallelism», «»)
field(«tensor», «tensor», «UINT», «u32», «req», «», «S», «R083, R084»,
      «HPC_COMPOSE_TP_SIZE of a service»,
      «Degree of tensor parallelism.»)
field(«pipeline», «pipeline», «UINT», «u32», «req», «», «S», «R083, R084»,
      «HPC_COMPOSE_PP_SIZE of a service»,
      «Degree of pipeline parallelism.»)
end(«parallelism»)
