m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl blank (a blank text or item is no value), names=service (whose name the text is: service, component, variable, file), resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays), run (${run:WORD} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«mpi_profile», «openmpi», «mpich», «intel_mpi»)
enumeration(«mpi_implementation», «openmpi», «mpich», «intel_mpi», «mvapich2», «cray_mpi», «hpe_mpi», «unknown»)
enumeration(«mpi_launcher», «srun»)
enumeration(«placement_copies», «spread», «pack»)
enumeration(«step_lifetime», «own», «dependents»)
enumeration(«failure_policy_mode», «fail_job», «ignore», «restart_on_failure»)
enumeration(«hook_context», «host», «container»)
enumeration(«event_hook_on», «restart», «window_exhausted»)
enumeration(«event_hook_context», «host», «container»)

record(«step», «services.<name>.x-slurm», «»)
option_fields(«step»)field(«ports», «ports», «MAP», «», «interp», «», «X», «R097, E12, A24»,
      «HPC_COMPOSE_PORT_NAME, HPC_COMPOSE_ADDR_SERVICE_PORT_NAME»,
      «Ports of the service by name: a number, or auto for one that is free on the job's nodes.»)
field(«time_limit», «time_limit», «WALLTIME», «», «interp», «», «S», «R040, A10, A11, A12»,
      «advice only»,
      «Time this service is expected to take.»)
field(«extra_srun_args», «extra_srun_args», «LIST», «», «interp line blank», «», «C», «R037, R058, R059»,
      «behind the other options»,
      «Options of srun that have no field here.»)
field(«component», «component», «STR», «», «interp line names=component», «», «S», «E20»,
      «--het-group»,
      «Part of a heterogeneous job that this service runs in; absent: the first.»)
field(«placement», «placement», «RECORD», «placement», «», «», «S», «R130»,
      «--nodelist, --exclude»,
      «Which nodes of the allocation this service runs on.»)
field(«mpi», «mpi», «RECORD», «mpi», «», «», «S», «R059»,
      «--mpi»,
      «MPI launch.»)
field(«failure_policy», «failure_policy», «RECORD», «failure_policy», «», «», «C», «»,
      «»,
      «What happens when the service fails; absent: the job fails.»)
field(«prologue», «prologue», «RECORD», «hook», «», «», «S», «R110»,
      «before each launch»,
      «Script run before each launch; a text is short for script.»)
field(«epilogue», «epilogue», «RECORD», «hook», «», «», «S», «R110»,
      «after each exit»,
      «Script run after each exit; a text is short for script.»)
field(«hooks», «hooks», «RECORDS», «event_hook», «», «», «S», «»,
      «policy events»,
      «Scripts run when the failure policy acts.»)
field(«scratch», «scratch», «RECORD», «step_scratch», «», «», «S», «»,
      «»,
      «Whether this service sees the scratch folder.»)
field(«rendezvous», «rendezvous», «RECORD», «provider», «», «», «X», «»,
      «»,
      «What this service offers to other jobs.»)
field(«parallelism», «parallelism», «RECORD», «parallelism», «», «», «S», «R083, R084»,
      «checked only»,
      «Degrees of parallelism, checked against nodes and GPUs.»)
field(«lifetime», «lifetime», «ENUM», «step_lifetime», «», «own», «S», «»,
      «»,
      «dependents: stopped once every service that depends on it has ended; own: runs on.»)
field(«start_timeout_seconds», «start_timeout_seconds», «UINT», «u64», «», «», «S», «E09»,
      «»,
      «Seconds in which every task has to begin, image unpacking included; absent: no limit.»)
end(«step»)

record(«placement», «services.<name>.x-slurm.placement», «»)
field(«node_range», «node_range», «NODESET», «», «interp», «», «S», «R131, R135»,
      «»,
      «Indices of nodes, from 0, such as 0-3,6.»)
field(«node_count», «node_count», «UINT», «u32», «», «», «S», «R132, R136»,
      «»,
      «Number of nodes.»)
field(«node_percent», «node_percent», «UINT», «u32», «», «», «S», «R132, R136»,
      «»,
      «Share of the nodes in percent, rounded up.»)
field(«share_with», «share_with», «STR», «», «interp names=service», «», «S», «R133, R141, R142»,
      «»,
      «Service whose nodes this one runs on too.»)
field(«start_index», «start_index», «UINT», «u32», «», «0», «S», «R134, R135»,
      «»,
      «First index that node_count or node_percent looks at.»)
field(«exclude», «exclude», «NODESET», «», «interp», «», «S», «R131, R135»,
      «--exclude»,
      «Indices of nodes that are left out.»)
field(«copies», «copies», «ENUM», «placement_copies», «», «spread», «X», «E15»,
      «»,
      «How copies fall on the nodes: spread goes from node to node, pack fills one first.»)
field(«allow_overlap», «allow_overlap», «BOOL», «», «nonull», «false», «S», «R143»,
      «»,
      «Whether the nodes may also be those of other services.»)
end(«placement»)

record(«mpi», «services.<name>.x-slurm.mpi», «»)
field(«type», «type», «STR», «», «req interp», «», «S», «R115»,
      «--mpi»,
      «MPI plugin of Slurm, such as pmix; srun --mpi=list shows them.»)
field(«profile», «profile», «ENUM», «mpi_profile», «», «», «S», «R116, A13»,
      «HPC_COMPOSE_MPI_PROFILE»,
      «Family of the MPI library in the image.»)
field(«implementation», «implementation», «ENUM», «mpi_implementation», «», «», «S», «R116»,
      «HPC_COMPOSE_MPI_IMPLEMENTATION»,
      «MPI library in the image; absent: that of profile.»)
field(«launcher», «launcher», «ENUM», «mpi_launcher», «», «srun», «S», «»,
      «»,
      «Program that starts the ranks.»)
field(«expected_ranks», «expected_ranks», «UINT», «pos», «», «», «S», «R039, R149»,
      «»,
      «Number of ranks to check against what the service gets.»)
field(«host_mpi», «host_mpi», «RECORD», «host_mpi», «», «», «S», «»,
      «»,
      «An MPI library of the host made visible in the container.»)
end(«mpi»)

record(«host_mpi», «services.<name>.x-slurm.mpi.host_mpi», «»)
field(«bind_paths», «bind_paths», «MOUNTS», «», «interp», «», «S», «R047, R048, R049, R050, R125, R129»,
      «mounts behind volumes»,
      «Folders of the library to mount.»)
field(«env», «env», «ENV», «», «interp», «», «S», «R031, R032»,
      «behind environment»,
      «Variables the library needs.»)
end(«host_mpi»)

record(«failure_policy», «services.<name>.x-slurm.failure_policy», «»)
field(«mode», «mode», «ENUM», «failure_policy_mode», «», «fail_job», «C», «R117, R119»,
      «»,
      «fail_job ends the job, ignore goes on without it, restart_on_failure starts it again.»)
field(«max_restarts», «max_restarts», «UINT», «u32», «», «3», «C», «R117, R118»,
      «»,
      «Restarts over the whole job.»)
field(«backoff_seconds», «backoff_seconds», «UINT», «u64», «», «5», «C», «R117, R118»,
      «»,
      «Seconds to wait before a restart.»)
field(«window_seconds», «window_seconds», «UINT», «u64», «», «60», «C», «R117, R118»,
      «»,
      «Length of the rolling window that max_restarts_in_window counts in.»)
field(«max_restarts_in_window», «max_restarts_in_window», «UINT», «u32», «», «», «C», «R117, R118»,
      «»,
      «Restarts within the window; absent: as max_restarts.»)
field(«reset_after_seconds», «reset_after_seconds», «UINT», «u64», «», «», «S», «R117, R118»,
      «»,
      «Seconds without a failure that give all restarts back; absent: never.»)
end(«failure_policy»)

record(«hook», «services.<name>.x-slurm.prologue», «scalar=script»)
field(«context», «context», «ENUM», «hook_context», «», «host», «S», «R128»,
      «»,
      «Whether the script runs on the host or inside the container.»)
field(«script», «script», «STR», «», «req», «», «S», «R110»,
      «»,
      «Shell script.»)
end(«hook»)

record(«event_hook», «services.<name>.x-slurm.hooks[]», «»)
field(«on», «on», «ENUM», «event_hook_on», «req», «», «S», «»,
      «»,
      «restart: before a restart; window_exhausted: when the window allows no more.»)
field(«context», «context», «ENUM», «event_hook_context», «word=R111», «host», «S», «R111»,
      «»,
      «Where the script runs; event hooks run on the host.»)
field(«script», «script», «STR», «», «req», «», «S», «R110»,
      «»,
      «Shell script.»)
end(«event_hook»)

record(«step_scratch», «services.<name>.x-slurm.scratch», «»)
field(«enabled», «enabled», «BOOL», «», «», «true», «S», «»,
      «»,
      «false: no scratch mount and variables for this service.»)
end(«step_scratch»)

record(«provider», «services.<name>.x-slurm.rendezvous», «»)
field(«registration», «register», «RECORD», «registration», «», «», «X», «R082»,
      «»,
      «Publishes the service once it is ready.»)
end(«provider»)

record(«registration», «services.<name>.x-slurm.rendezvous.register», «»)
field(«name», «name», «STR», «», «interp req», «», «X», «R079»,
      «»,
      «Name under which other jobs find it.»)
field(«port», «port», «UINT», «port», «req», «», «X», «R082»,
      «»,
      «Port of the service.»)
field(«protocol», «protocol», «STR», «», «interp», «http», «X», «R082»,
      «»,
      «Scheme of its URL.»)
field(«path», «path», «STR», «», «interp», «», «X», «R082»,
      «»,
      «Path of its URL, beginning with a slash.»)
field(«ttl_seconds», «ttl_seconds», «UINT», «u64», «», «3600», «X», «R082»,
      «»,
      «Seconds for which the record is valid.»)
field(«metadata», «metadata», «MAP», «», «interp», «», «X», «R082»,
      «»,
      «Further pairs of text to publish.»)
end(«registration»)
