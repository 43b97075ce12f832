m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Options of sbatch and srun, a row each, in the order in which directives and steps' options are
m4_dnl written; behind them the versions of Slurm. A row: long name, facts, help of the root's field, help
m4_dnl of the service's field, what to do instead of it. Without help there is no field of that name.
m4_dnl
m4_dnl sbatch, srun   the commands that have it; pyxis: srun has it where Pyxis is installed
m4_dnl letter=N       its short form, the same in both
m4_dnl since=22.05    the first version that has it; 20.02 for all older ones (sbatch_since, srun_since: of one of
m4_dnl                the two, where it is another)
m4_dnl gone=24.11     the first version that hasn't got it any more (sbatch_gone, srun_gone)
m4_dnl value=count    what stands behind it: a kind of schema/options.m4, with Slurm's grammar (root_value,
m4_dnl                step_value: of the field, where that is another)
m4_dnl class=cpu;gpu  what it speaks of: a list of the classes in schema/options.m4
m4_dnl env=SLURM_A;SLURM_B  variables through which the job's option would become one of its steps
m4_dnl tier=C         of its fields; rules=R1;R2 and step_rules=R1;R2: those beyond the rules of the value
m4_dnl default=1      of the root's field; profile: it may stand in a resource profile
m4_dnl root=PATH, step=PATH  the field that stands for it, where that has another name
m4_dnl shared         it may stand in submit_args (step_shared: extra_srun_args) while the field isn't set
m4_dnl writes=TEXT    srun gets it for TEXT (~ is a blank); another one in extra_srun_args is warned of
m4_dnl whole          it is the whole job's: no component of a heterogeneous job has it of its own
m4_dnl args           it has no field, and goes through submit_args or extra_srun_args

option(«job-name», «sbatch srun letter=J whole since=20.02 value=text class=queue tier=C writes=the~service»,
       «Name of the job in the queue; absent: the name of the spec.»)
option(«nodes», «sbatch srun letter=N since=20.02 value=count root_value=nodes class=tasks tier=C default=1
                 profile rules=E38 step_rules=R137;R138;R139;R140;E38»,
       «Number of nodes of the allocation; auto: as many as Slurm takes for ntasks.»,
       «Nodes of this service: 1, or all of the allocation; others need placement.»)
option(«ntasks», «sbatch srun letter=n since=20.02 value=count class=tasks tier=C profile
                  rules=R146 step_rules=R146 env=SLURM_NTASKS;SLURM_NPROCS»,
       «Number of tasks of the allocation.»,
       «Tasks of this service.»)
option(«ntasks-per-node», «sbatch srun since=20.02 value=count class=tasks tier=C profile
                           rules=R146 step_rules=R145;R146 env=SLURM_NTASKS_PER_NODE»,
       «Number of tasks on each node.»,
       «Tasks of this service on each of its nodes.»)
option(«partition», «sbatch srun letter=p since=20.02 value=text class=queue;account tier=C profile»,
       «Partition (queue) to run in.»)
option(«account», «sbatch srun letter=A since=20.02 value=text class=queue;account tier=C profile»,
       «Account that is charged.»)
option(«qos», «sbatch srun letter=q since=20.02 value=text class=queue;account tier=C profile»,
       «Quality of service.»)
option(«reservation», «sbatch srun since=20.02 value=text class=queue tier=S»,
       «Reservation to run in.»)
option(«licenses», «sbatch srun letter=L whole since=20.02 value=text class=queue tier=S»,
       «Licenses the job needs, as name:count with commas between.»)
option(«mail-user», «sbatch srun whole since=20.02 value=text class=mail root=notify.email.to shared»)
option(«mail-type», «sbatch srun whole since=20.02 value=text class=mail root=notify.email.on shared»)
option(«time», «sbatch srun letter=t since=20.02 value=time class=queue tier=C profile»,
       «Time limit: minutes, hours:minutes:seconds or days-hours; 0 is no limit.»)
option(«cpus-per-task», «sbatch srun letter=c since=20.02 value=count class=cpu tier=C profile
                         rules=R051 step_rules=R051;R148 env=SLURM_CPUS_PER_TASK;SRUN_CPUS_PER_TASK»,
       «CPUs of each task.»,
       «CPUs of each task.»)
option(«mem», «sbatch srun since=20.02 value=memory class=memory tier=C step_shared profile
               rules=R052 step_rules=R052 env=SLURM_MEM_PER_NODE»,
       «Memory on each node, such as 64G; a bare number is megabytes.»,
       «Memory of this service on each of its nodes, such as 8G.»)
option(«mem-per-cpu», «sbatch srun since=20.02 value=memory class=memory tier=S shared step_shared profile
                       rules=R052 step_rules=R052 env=SLURM_MEM_PER_CPU»,
       «Memory that comes with each CPU.»,
       «Memory that comes with each CPU.»)
option(«gres», «sbatch srun since=20.02 value=gres class=gres tier=C profile
                rules=R053 step_rules=R053;R147 env=SLURM_GRES;SLURM_STEP_GRES»,
       «Generic resources on each node, such as gpu:a100:4.»,
       «Generic resources on each node, such as gpu:2.»)
option(«gpus», «sbatch srun letter=G since=20.02 value=gpus class=gpu tier=C profile
                rules=R053;E18 step_rules=R053;R147;E18 env=SLURM_GPUS»,
       «Number of GPUs of the allocation, such as 4 or a100:4.»,
       «GPUs of this service.»)
option(«gpus-per-node», «sbatch srun since=20.02 value=gpus class=gpu tier=S profile
                         step_rules=R148 env=SLURM_GPUS_PER_NODE»,
       «GPUs on each node.»,
       «GPUs on each node.»)
option(«gpus-per-task», «sbatch srun since=20.02 value=gpus class=gpu tier=S profile
                         step_rules=R148 env=SLURM_GPUS_PER_TASK»,
       «GPUs of each task.»,
       «GPUs of each task.»)
option(«cpus-per-gpu», «sbatch srun since=20.02 value=count class=cpu;gpu tier=S profile
                        rules=R051 step_rules=R051;R148 env=SLURM_CPUS_PER_GPU»,
       «CPUs that come with each GPU.»,
       «CPUs that come with each GPU.»)
option(«mem-per-gpu», «sbatch srun since=20.02 value=memory class=memory;gpu tier=S profile
                       rules=R052 step_rules=R052 env=SLURM_MEM_PER_GPU»,
       «Memory that comes with each GPU.»,
       «Memory that comes with each GPU.»)
option(«gpu-bind», «sbatch srun since=20.02 value=gpu_bind class=binding tier=S profile env=SLURM_GPU_BIND»,
       «How tasks are bound to GPUs.»,
       «How tasks are bound to GPUs.»)
option(«cpu-bind», «srun since=20.02 value=cpu_bind class=binding tier=S profile env=SLURM_CPU_BIND»,
       «How tasks are bound to CPUs.»,
       «How tasks are bound to CPUs.»)
option(«mem-bind», «sbatch srun since=20.02 value=mem_bind class=binding tier=S profile env=SLURM_MEM_BIND»,
       «How tasks are bound to memory.»,
       «How tasks are bound to memory.»)
option(«distribution», «sbatch srun letter=m since=20.02 value=distribution class=binding tier=S profile
                        env=SLURM_DISTRIBUTION»,
       «How tasks are spread over nodes, sockets and cores.»,
       «How tasks are spread over nodes, sockets and cores.»)
option(«hint», «sbatch srun since=20.02 value=hint class=binding tier=S profile env=SLURM_HINT»,
       «Hint for binding, such as nomultithread.»,
       «Hint for binding, such as nomultithread.»)
option(«constraint», «sbatch srun letter=C since=20.02 value=constraint class=place tier=C profile»,
       «Node features the job needs.»)
option(«output», «sbatch srun letter=o whole since=20.02 value=file class=log tier=C rules=R045»,
       «File for the output of the batch script; %j is the job id.»)
option(«error», «sbatch srun letter=e whole since=20.02 value=file class=log tier=C rules=R045»,
       «File for the errors of the batch script; absent: with the output.»)
option(«chdir», «sbatch srun letter=D whole since=20.02 value=text class=queue tier=C»,
       «Folder the batch script starts in.»)
option(«array», «sbatch letter=a whole since=20.02 value=array class=queue tier=S rules=R056;R163»,
       «Makes the job an array with these indices, such as 0-15%4.»)
option(«requeue», «sbatch whole since=20.02 value=optional root_value=none class=queue tier=S rules=R054»,
       «Whether Slurm may put the job back into the queue.»)
option(«no-requeue», «sbatch whole since=20.02 value=none class=queue root=requeue», «», «», «write 'requeue: false'»)
option(«signal», «sbatch srun since=20.02 value=signal class=queue tier=S rules=R054»,
       «An early warning before the time limit.»)
option(«dependency», «sbatch srun letter=d since=20.02 value=text class=queue root=after_job»)

m4_dnl Fields that submit_args had to stand in for: these may still be there while the field isn't set.
option(«exclusive», «sbatch srun since=20.02 value=exclusive step_value=none class=cpu tier=S shared step_shared
                     env=SLURM_EXCLUSIVE»,
       «Whole nodes: true; user or mcs: shared with jobs of the same user or label.»,
       «false: what this service states may be used by others, too; true: it has what it gets alone.»)
option(«oversubscribe», «sbatch srun letter=s since=20.02 value=none class=cpu tier=S shared»,
       «Whether the job shares its CPUs with other jobs.»)
option(«nodelist», «sbatch srun letter=w since=20.02 value=text class=place tier=S shared writes=placement»,
       «Nodes that must be among those of the job, by their names.», «»,
       «which nodes a service runs on is its 'placement', by their number»)
option(«exclude», «sbatch srun letter=x since=20.02 value=text class=place tier=S shared writes=placement.exclude»,
       «Nodes that the job must not get, by their names.», «»,
       «nodes that a service leaves out are its 'placement.exclude', by their number»)
option(«tmp», «sbatch srun since=20.02 value=memory class=place tier=S shared»,
       «Temporary disk space that each node must have.»)
option(«switches», «sbatch srun since=20.02 value=switches class=place tier=S shared»,
       «Most network switches to spread over, and how long to wait for it: 1@30:00.»)
option(«segment», «sbatch srun since=24.05 value=count class=place tier=S shared»,
       «Nodes of each block that the job is made of.»)
option(«threads-per-core», «sbatch srun since=20.02 value=count class=binding tier=S shared step_shared
                            env=SLURM_THREADS_PER_CORE»,
       «Hardware threads used of each core.»,
       «Hardware threads used of each core.»)
option(«ntasks-per-socket», «sbatch srun since=20.02 value=count class=binding tier=S shared»,
       «Most tasks on each socket.»)
option(«ntasks-per-gpu», «sbatch srun since=20.11 value=count class=binding tier=S shared»,
       «Tasks of each GPU.»)
option(«nice», «sbatch srun since=20.02 value=nice class=queue tier=S shared step_shared»,
       «How much the priority is lowered, such as 100.»,
       «How much the priority is lowered, such as 100.»)
option(«begin», «sbatch srun letter=b whole since=20.02 value=moment class=queue tier=S shared»,
       «The job starts no earlier: now+1hour, 20:00, 2027-01-31T08:00.»)
option(«deadline», «sbatch srun whole since=20.02 value=moment class=queue tier=S shared»,
       «The job is dropped when it can't end before.»)
option(«time-min», «sbatch srun since=20.02 value=time class=queue tier=S shared»,
       «Least time limit that will do; Slurm may give anything from here to time.»)
option(«hold», «sbatch srun letter=H whole since=20.02 value=none class=queue tier=S shared»,
       «Whether the job waits until it is released.»)
option(«comment», «sbatch srun since=20.02 value=text class=queue tier=S shared»,
       «A remark that the queue shows.»)
option(«wckey», «sbatch srun since=20.02 value=text class=queue tier=S shared»,
       «Key that the job's use is accounted under.»)
option(«clusters», «sbatch srun letter=M whole since=20.02 value=text class=queue tier=S shared»,
       «Cluster to submit to, or several to choose from.»)
option(«network», «sbatch srun since=20.02 value=text class=other tier=S shared step_shared»,
       «What the job needs of the network, in the words of the site's switch plugin.»,
       «What the step needs of the network, in the words of the site's switch plugin.»)
option(«export», «sbatch srun whole since=20.02 value=text class=environment tier=S shared env=SLURM_EXPORT_ENV»,
       «Variables of the submitting shell that the script gets: ALL, NONE, or names.»)
option(«open-mode», «sbatch srun whole since=20.02 value=open_mode class=log tier=S shared env=SLURM_OPEN_MODE»,
       «append or truncate: what a job that starts again does with its log.»)
option(«kill-on-bad-exit», «srun letter=K whole since=20.02 value=optional root_value=none class=tasks tier=S env=SLURM_KILL_BAD_EXIT»,
       «false: ranks of a service go on when one of them fails.»)

m4_dnl Options of steps that hpcc chooses, or that stand in records of their own.
option(«exact», «srun since=20.11 value=none class=cpu env=SLURM_EXACT», «», «»,
       «a service that states CPUs, memory or GPUs has them for itself»)
option(«overlap», «srun since=20.11 value=optional class=cpu env=SLURM_OVERLAP», «», «»,
       «a service that states no CPUs, memory or GPUs shares those of the job»)
option(«whole», «srun since=20.11 value=none class=cpu env=SLURM_WHOLE», «», «»,
       «a service that states no CPUs, memory or GPUs shares those of the job»)
option(«mpi», «srun since=20.02 value=text class=tasks step=mpi.type step_shared»)
option(«tres-per-task», «sbatch srun since=23.02 value=text class=cpu;gpu env=SLURM_TRES_PER_TASK args»)
option(«wait», «sbatch srun letter=W since=20.02 value=text class=queue env=SLURM_WAIT args»)

m4_dnl Options without a field. They go through submit_args or extra_srun_args as they are.
option(«acctg-freq», «sbatch srun since=20.02 value=text class=other args»)
option(«accel-bind», «srun since=20.02 value=text class=binding args»)
option(«bb», «sbatch srun since=20.02 value=text class=place args»)
option(«bbf», «sbatch srun since=20.02 value=text class=place args»)
option(«bcast», «srun since=20.02 value=optional class=other args»)
option(«bcast-exclude», «srun since=21.08 value=text class=other args»)
option(«cluster-constraint», «sbatch srun since=20.02 value=text class=place args»)
option(«compress», «srun since=20.02 value=optional class=other args»)
option(«consolidate-segments», «sbatch srun since=25.05 value=none class=place args»)
option(«contiguous», «sbatch srun since=20.02 value=none class=place args»)
option(«core-spec», «sbatch srun letter=S since=20.02 value=count class=cpu args»)
option(«cores-per-socket», «sbatch srun since=20.02 value=count class=place args»)
option(«cpu-freq», «sbatch srun since=20.02 value=text class=other args»)
option(«delay-boot», «sbatch srun since=20.02 value=text class=queue args»)
option(«disable-status», «srun letter=X since=20.02 value=none class=other args»)
option(«epilog», «srun since=20.02 value=text class=other args»)
option(«export-file», «sbatch since=20.02 value=text class=environment args»)
option(«extra-node-info», «sbatch srun letter=B since=20.02 value=text class=place args»)
option(«get-user-env», «sbatch since=20.02 value=optional class=environment args»)
option(«gpu-freq», «sbatch srun since=20.02 value=text class=other args»)
option(«gpus-per-socket», «sbatch srun since=20.02 value=text class=gpu args»)
option(«gres-flags», «sbatch srun since=20.02 value=text class=binding args»)
option(«ignore-pbs», «sbatch since=20.02 value=none class=other args»)
option(«immediate», «srun letter=I since=20.02 value=optional class=queue args»)
option(«label», «srun letter=l since=20.02 value=none class=log args»)
option(«mcs-label», «sbatch srun since=20.02 value=text class=queue args»)
option(«mincpus», «sbatch srun since=20.02 value=count class=place args»)
option(«no-kill», «sbatch srun letter=k since=20.02 value=optional class=queue args»)
option(«nodefile», «sbatch srun letter=F since=20.02 value=text class=place args»)
option(«ntasks-per-core», «sbatch srun since=20.02 value=count class=tasks args»)
option(«oom-kill-step», «sbatch srun since=24.11 value=optional class=memory args»)
option(«overcommit», «sbatch srun letter=O since=20.02 value=none class=cpu args»)
option(«power», «sbatch srun since=20.02 gone=24.11 value=text class=other args»)
option(«preserve-env», «srun letter=E since=20.02 value=none class=environment args»)
option(«priority», «sbatch srun since=20.02 value=text class=queue args»)
option(«profile», «sbatch srun since=20.02 value=text class=other args»)
option(«prolog», «srun since=20.02 value=text class=other args»)
option(«propagate», «sbatch srun since=20.02 value=optional class=environment args»)
option(«quiet», «sbatch srun letter=Q since=20.02 value=none class=log args»)
option(«reboot», «sbatch srun since=20.02 value=none class=queue args»)
option(«resv-ports», «sbatch srun since=20.02 sbatch_since=23.02 value=optional class=other args»)
option(«send-libs», «srun since=21.08 value=optional class=other args»)
option(«slurmd-debug», «srun since=20.02 value=text class=log args»)
option(«sockets-per-node», «sbatch srun since=20.02 value=count class=place args»)
option(«spread-job», «sbatch srun since=20.02 value=none class=place args»)
option(«spread-segments», «sbatch srun since=25.05 value=none class=place args»)
option(«stepmgr», «sbatch srun since=24.05 value=none class=other args»)
option(«task-epilog», «srun since=20.02 value=text class=other args»)
option(«task-prolog», «srun since=20.02 value=text class=other args»)
option(«thread-spec», «sbatch srun since=20.02 value=count class=cpu args»)
option(«threads», «srun letter=T since=20.02 value=count class=other args»)
option(«tres-bind», «sbatch srun since=23.02 value=text class=binding args»)
option(«unbuffered», «srun letter=u since=20.02 value=none class=log args»)
option(«use-min-nodes», «sbatch srun since=20.02 value=none class=place args»)
option(«verbose», «sbatch srun letter=v since=20.02 value=none class=log args»)
option(«wait-for-children», «srun since=25.05 value=none class=tasks args»)

m4_dnl Options that hpcc's scripts have no room for, each with its reason.
option(«async», «srun since=26.05 value=none class=other», «», «»,
       «hpcc waits for each step to know how it ended»)
option(«container», «sbatch srun since=21.08 value=text class=container», «», «»,
       «the image of a service is its 'image', and 'runtime.backend' says what starts it»)
option(«container-id», «sbatch srun since=23.02 value=text class=container», «», «»,
       «the image of a service is its 'image', and 'runtime.backend' says what starts it»)
option(«container-type», «sbatch srun since=25.05 value=text class=container», «», «»,
       «the image of a service is its 'image', and 'runtime.backend' says what starts it»)
option(«external-launcher», «srun since=23.11 value=optional class=other», «», «»,
       «MPI launchers use it for themselves; a service's ranks are its 'ntasks'»)
option(«gid», «sbatch srun since=20.02 srun_gone=24.11 value=text class=other», «», «»,
       «root alone may submit for others»)
option(«help», «sbatch srun letter=h since=20.02 value=none class=other», «», «»,
       «it prints help and starts nothing»)
option(«het-group», «srun since=20.02 value=text class=place», «», «»,
       «a job has one component»)
option(«ignore-signals», «srun since=26.05 value=text class=other», «», «»,
       «a service that doesn't stop is ended by a signal to its srun»)
option(«input», «sbatch srun letter=i since=20.02 value=text class=log», «», «»,
       «services read nothing: let the command read a file»)
option(«interactive», «srun since=20.11 value=none class=other», «», «»,
       «a batch job has no terminal»)
option(«jobid», «srun since=20.02 value=text class=other», «», «»,
       «services run in the job of their script»)
option(«multi-prog», «srun since=20.02 value=none class=tasks», «», «»,
       «different programs are services of their own»)
option(«no-allocate», «srun letter=Z since=20.02 value=none class=other», «», «»,
       «root alone may start steps without a job»)
option(«parsable», «sbatch srun since=20.02 srun_since=26.05 value=none class=other», «», «»,
       «hpcc gives it itself when it submits a job»)
option(«pty», «srun since=20.02 value=optional class=other», «», «»,
       «a batch job has no terminal»)
option(«quit-on-interrupt», «srun since=20.02 value=none class=other», «», «»,
       «a batch job has no terminal»)
option(«relative», «srun letter=r since=20.02 value=count class=place», «», «»,
       «nodes of a service are its 'placement'»)
option(«test-only», «sbatch srun since=20.02 value=none class=other», «», «»,
       «it submits nothing; 'hpcc preflight' asks the cluster about a spec»)
option(«uid», «sbatch srun since=20.02 srun_gone=24.11 value=text class=other», «», «»,
       «root alone may submit for others»)
option(«usage», «sbatch srun since=20.02 value=none class=other», «», «»,
       «it prints help and starts nothing»)
option(«version», «sbatch srun letter=V since=20.02 value=none class=other», «», «»,
       «it prints a version and starts nothing»)
option(«wrap», «sbatch since=20.02 value=text class=other», «», «»,
       «commands of the script are services, or lines of 'setup'»)
option(«x11», «srun since=20.02 value=optional class=other», «», «»,
       «a batch job has no display»)

m4_dnl Options of Pyxis.
option(«container-image», «srun pyxis since=20.02 value=text class=container writes=image», «», «»,
       «write 'image' in the service»)
option(«container-mounts», «srun pyxis since=20.02 value=text class=container writes=volumes», «», «»,
       «write 'volumes' in the service»)
option(«container-workdir», «srun pyxis since=20.02 value=text class=container», «», «»,
       «write 'working_dir' in the service»)
option(«container-entrypoint», «srun pyxis since=20.02 value=none class=container args»)
option(«container-entrypoint-log», «srun pyxis since=20.02 value=none class=container args»)
option(«container-env», «srun pyxis since=20.02 value=text class=container», «», «»,
       «write 'environment' in the service»)
option(«container-mount-home», «srun pyxis since=20.02 value=none class=container args»)
option(«container-name», «srun pyxis since=20.02 value=text class=container args»)
option(«container-readonly», «srun pyxis since=20.02 value=none class=container args»)
option(«container-remap-root», «srun pyxis since=20.02 value=none class=container args»)
option(«container-save», «srun pyxis since=20.02 value=text class=container args»)
option(«container-writable», «srun pyxis since=20.02 value=none class=container args»)
option(«no-container-entrypoint», «srun pyxis since=20.02 value=none class=container args»)
option(«no-container-mount-home», «srun pyxis since=20.02 value=none class=container args»)
option(«no-container-remap-root», «srun pyxis since=20.02 value=none class=container args»)

m4_dnl What the versions of Slurm differ in, as far as a step's options go, newest first; a version takes the
m4_dnl first row that isn't newer. exact: options of a step that gets what it states and no more. share:
m4_dnl options of a step that shares the allocation. mem_zero: --mem=0 of a step uses the job's memory without
m4_dnl reserving it. keeps_gres: a sharing step would hold the GPUs against others.

m4_dnl --overlap covers CPUs, memory and GPUs and meets every other step; steps that state CPUs must not
m4_dnl have it, or they get those of others.
version(«22.05», «exact=--exact share=--overlap mem_zero»)
m4_dnl A step that shares keeps its CPUs from one that doesn't, so all share; those that state CPUs get idle
m4_dnl ones first, and so their own. Memory and GPUs are kept even then.
version(«21.08», «exact=--exact~--overlap share=--overlap mem_zero keeps_gres»)
m4_dnl 20.11.3 and later; --mem=0 of a step isn't dependable before 21.08.
version(«20.11», «exact=--exact~--overlap share=--overlap keeps_gres»)
m4_dnl Steps share unless told not to.
version(«20.02», «exact=--exclusive share=~ keeps_gres»)
