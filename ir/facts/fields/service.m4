m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl blank (a blank text or item is no value), names=service (whose name the text is: service, component, variable, file), resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays), run (${run:WORD} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«dependency_condition», «service_started», «service_healthy», «service_completed_successfully»)
enumeration(«readiness_type», «sleep», «tcp», «log», «http», «exec»)
enumeration(«readiness_owner», «service», «any»)
enumeration(«liveness_type», «tcp», «http», «exec»)
enumeration(«readiness_tasks», «first», «all»)

enumeration(«port_protocol», «tcp», «udp», «sctp»)
enumeration(«port_mode», «host», «ingress»)

record(«service», «services.<name>», «»)
field(«extends», «extends», «RECORD», «service_base», «resolved nonull shape=R018», «», «S», «R018, R019, R020, R021, R022, R023»,
      «resolved while reading»,
      «A service that this one is laid over: a name, a file, or both.»)
field(«profiles», «profiles», «LIST», «», «resolved», «», «X», «E16»,
      «resolved while reading»,
      «The service takes part when one of these is on, or one that takes part depends on it.»)
field(«image», «image», «STR», «», «interp blank», «», «C», «R120, R121, R122, R123, R124»,
      «what the container is started from»,
      «Image reference, or path of a local image; needed unless the backend is host.»)
field(«command», «command», «COMMAND», «», «interp run», «», «C», «R086, R088»,
      «argv of the step»,
      «Command; a text is run by /bin/sh -c, a list is run as it stands.»)
field(«entrypoint», «entrypoint», «COMMAND», «», «interp run», «», «C», «R086, R088»,
      «put before command»,
      «Words put before the command.»)
field(«script», «script», «STR», «», «», «», «S», «R086, R087»,
      «/bin/sh -c»,
      «Shell script that is the whole command.»)
field(«env_file», «env_file», «ONE_OR_LIST», «», «interp blank names=file», «», «S», «R029, R030»,
      «folded into environment»,
      «Files of NAME=value lines, read when compiling; environment wins over them.»)
field(«environment», «environment», «ENV», «», «interp run», «», «C», «R031, R032»,
      «environment of the step»,
      «Variables of the service, as a mapping or a list of NAME=value.»)
field(«modules», «modules», «LIST», «», «interp nonull shape=R106», «», «S», «R105, R106, R107»,
      «x-env.modules.load»,
      «Environment modules to load for this service; short for x-env.modules.load.»)
field(«volumes», «volumes», «MOUNTS», «», «interp run», «», «C», «R047, R048, R049, R050, R125, R129»,
      «bind mounts»,
      «Folders and files of the host to mount, as HOST:CONTAINER with :ro or :rw behind.»)
field(«working_dir», «working_dir», «STR», «», «interp blank run», «», «C», «R089»,
      «cd before the command»,
      «Folder that the command starts in.»)
field(«depends_on», «depends_on», «NAMED», «dependency», «names=service», «», «C», «R119, R150, R151, R152, R153»,
      «start conditions»,
      «Services to wait for, as a list, or as a mapping with conditions.»)
field(«scale», «scale», «UINT», «u32», «», «», «X», «E15»,
      «services NAME-1 to NAME-N»,
      «So many copies, each a service of its own: NAME-1, NAME-2 and so on; 0: it takes no part.»)
field(«ports», «ports», «RECORDS», «port», «», «», «X», «R097, E12, A23, A24»,
      «ports that services mustn't share»,
      «Ports that the service listens on, as Compose writes them; clients use the container's port.»)
field(«expose», «expose», «LIST», «», «interp», «», «X», «R097, E12, A24»,
      «ports that services mustn't share»,
      «Ports that the service listens on, without a published one.»)
field(«hostname», «hostname», «STR», «», «interp blank line», «», «X», «E13»,
      «hosts file of containers»,
      «Another name under which containers of the job reach the service.»)
field(«container_name», «container_name», «STR», «», «interp blank line», «», «X», «E13»,
      «hosts file of containers»,
      «Another name under which containers of the job reach the service.»)
field(«networks», «networks», «NAMED», «service_network», «», «», «X», «E13»,
      «hosts file of containers»,
      «Networks, as Compose writes them; all services share that of their nodes.»)
field(«links», «links», «LIST», «», «interp line names=service», «», «X», «E13»,
      «hosts file of containers»,
      «SERVICE or SERVICE:ALIAS: another name of another service.»)
field(«readiness», «readiness», «RECORD», «readiness», «», «», «C», «R090»,
      «probe»,
      «When the service counts as ready.»)
field(«liveness», «liveness», «RECORD», «liveness», «», «», «X», «E09»,
      «looks from ready on»,
      «Whether a service that is ready still answers; one that does not is stopped, as a failure.»)
field(«healthcheck», «healthcheck», «RECORD», «healthcheck», «», «», «S», «R090, R092, R093, R095, R096»,
      «becomes readiness»,
      «Readiness in the words of Compose: an nc, curl or wget probe.»)
field(«asserts», «assert», «RECORD», «assertion», «», «», «S», «R101»,
      «checked during teardown»,
      «What must hold when the job ends; otherwise it fails.»)
field(«env_setup», «x-env», «RECORD», «env_setup», «», «», «S», «»,
      «run right before the step»,
      «Set-up of the host environment of this service.»)
field(«step», «x-slurm», «RECORD», «step», «», «», «C», «»,
      «options of the step»,
      «Resources, placement and behaviour of this service.»)
field(«enroot», «x-enroot», «RECORD», «service_enroot», «», «», «C», «R112, R113»,
      «»,
      «Older name of x-runtime, for pyxis only.»)
field(«runtime», «x-runtime», «RECORD», «service_runtime», «», «», «C», «R112»,
      «»,
      «How the image of this service is prepared, and how its container starts.»)
field(«stop_signal», «stop_signal», «STR», «signal», «interp blank», «TERM», «S», «R043»,
      «graceful stop»,
      «Signal that asks the service to stop.»)
field(«stop_grace_period», «stop_grace_period», «DURATION», «», «interp», «10», «S», «R096»,
      «graceful stop»,
      «How long a stop waits before it kills, as seconds or 1m30s.»)
end(«service»)

record(«service_base», «services.<name>.extends», «scalar=service»)
field(«file», «file», «STR», «», «resolved nonull names=file», «», «S», «R019, R022»,
      «resolved while reading»,
      «File that holds the service; absent: this file.»)
field(«service», «service», «STR», «», «resolved req missing=R019 names=service», «», «S», «R019, R023»,
      «resolved while reading»,
      «Name of the service to extend.»)
end(«service_base»)

record(«dependency», «services.<name>.depends_on.<name>», «names=list»)
field(«condition», «condition», «ENUM», «dependency_condition», «word=R152», «service_started», «C», «R152, R153»,
      «»,
      «What to wait for: the start, readiness, or a successful end.»)
end(«dependency»)

record(«service_network», «services.<name>.networks.<name>», «names=list null=empty»)
field(«aliases», «aliases», «LIST», «», «interp line», «», «X», «E13»,
      «hosts file of containers»,
      «Further names under which containers of the job reach the service.»)
end(«service_network»)

record(«port», «services.<name>.ports[]», «scalar=target»)
field(«target», «target», «STR», «», «interp req», «», «X», «R097, E12, A24»,
      «»,
      «Port that the service listens on; as a short form [[IP:]PUBLISHED:]PORT[/PROTOCOL], with ranges.»)
field(«published», «published», «STR», «», «interp blank», «», «X», «R097, A23»,
      «»,
      «Port that Compose would publish; there is none but the service's own.»)
field(«protocol», «protocol», «ENUM», «port_protocol», «», «tcp», «X», «E12»,
      «»,
      «Protocol; tcp and udp ports of one number are two ports.»)
field(«host_ip», «host_ip», «STR», «», «interp blank», «», «X», «»,
      «»,
      «Address that Compose would publish the port at; the program's own choice decides.»)
field(«mode», «mode», «ENUM», «port_mode», «», «», «X», «»,
      «»,
      «Known from Compose; there is no network but the host's.»)
field(«name», «name», «STR», «», «interp blank line», «», «X», «»,
      «»,
      «Name of the port, as in x-slurm.ports.»)
field(«app_protocol», «app_protocol», «STR», «», «interp blank line», «», «X», «»,
      «»,
      «Known from Compose: what is spoken at the port, for people.»)
end(«port»)

record(«service_runtime», «services.<name>.x-runtime», «»)
field(«prepare», «prepare», «RECORD», «prepare», «», «», «C», «R112, R113, R114, R126»,
      «image made before submission»,
      «Commands that derive an image of your own from the base image.»)
field(«backend», «backend», «ENUM», «runtime_backend», «nonull», «», «X», «R113, R120, R121, R122, R123, R124, R125, R126, R127, R128»,
      «how the step starts its container»,
      «runtime.backend for this service.»)
field(«options», «options», «LIST», «», «interp line blank», «», «X», «R037, R058, B02»,
      «words for the container tool»,
      «Options of the container tool that have no field here, behind those of runtime.options.»)
field(«entrypoint», «entrypoint», «ENUM», «image_entrypoint», «nonull», «», «X», «E11, B02»,
      «words ahead of the command»,
      «runtime.entrypoint for this service.»)
field(«writable», «writable», «BOOL», «», «nonull», «», «X», «B02»,
      «root of the container»,
      «runtime.writable for this service.»)
field(«home», «home», «BOOL», «», «nonull», «», «X», «B02»,
      «the home folder in the container»,
      «runtime.home for this service.»)
field(«remap_root», «remap_root», «BOOL», «», «nonull», «», «X», «B02»,
      «user id in the container»,
      «runtime.remap_root for this service.»)
end(«service_runtime»)

record(«service_enroot», «services.<name>.x-enroot», «»)
field(«prepare», «prepare», «RECORD», «prepare», «», «», «C», «R112, R113, R114, R126»,
      «image made before submission»,
      «Commands that derive an image of your own from the base image.»)
end(«service_enroot»)

record(«prepare», «services.<name>.x-runtime.prepare», «»)
field(«commands», «commands», «LIST», «», «req missing=R114», «», «C», «R114»,
      «»,
      «Commands run in a writable copy of the image.»)
field(«mounts», «mounts», «MOUNTS», «», «interp», «», «C», «R047, R048, R049, R050»,
      «»,
      «Mounts present while the image is prepared; with any, it is rebuilt every time.»)
field(«env», «env», «ENV», «», «interp», «», «C», «R031, R032»,
      «»,
      «Variables set while the image is prepared.»)
field(«root», «root», «BOOL», «», «nonull», «true», «C», «»,
      «»,
      «Whether the commands run as root, where the backend can.»)
end(«prepare»)

record(«readiness», «services.<name>.readiness», «»)
field(«type», «type», «ENUM», «readiness_type», «req», «», «C», «R014»,
      «»,
      «sleep waits, tcp connects, log looks for a line, http asks a URL, exec runs a command.»)
field(«seconds», «seconds», «UINT», «u64», «req when=sleep», «», «C», «»,
      «»,
      «Seconds that the service must stay alive.»)
field(«port», «port», «PORT», «», «req when=tcp», «», «C», «R097»,
      «»,
      «Port to connect to: its number, or a name from x-slurm.ports or ports.»)
field(«host», «host», «STR», «», «interp run when=tcp», «127.0.0.1», «C», «R098, R144»,
      «»,
      «Host to connect to.»)
field(«pattern», «pattern», «STR», «», «req when=log», «», «C», «R098»,
      «»,
      «POSIX extended regular expression that a line of the log must match.»)
field(«url», «url», «STR», «», «interp run req when=http», «», «C», «R098, R144»,
      «»,
      «URL to ask with GET.»)
field(«status_code», «status_code», «UINT», «u16», «when=http», «200», «C», «R099»,
      «»,
      «Status that counts as ready.»)
field(«timeout_seconds», «timeout_seconds», «UINT», «u64», «when=tcp|log|http|exec», «60», «C», «R100»,
      «»,
      «Seconds after which the service counts as failed.»)
field(«owner», «owner», «ENUM», «readiness_owner», «when=tcp|http», «service», «X», «R014»,
      «»,
      «Whose port counts at the node itself: service, if a process of it listens there; any, whoever does.»)
field(«command», «command», «COMMAND», «», «interp req when=exec», «», «X», «R098, R144»,
      «»,
      «Command, run where the service runs: 0 means ready. A text is run by /bin/sh -c.»)
field(«tasks», «tasks», «ENUM», «readiness_tasks», «when=tcp|log|http|exec», «first», «X», «R014, R144»,
      «»,
      «Whose look counts: task 0 of the step (log: whoever puts a line out that matches), or every task.»)
field(«interval_seconds», «interval_seconds», «UINT», «u64», «when=tcp|http|exec», «», «X», «R100»,
      «»,
      «Fixed pause between looks; else a share of the time waited so far, up to 1 s.»)
field(«attempt_timeout_seconds», «attempt_timeout_seconds», «UINT», «u64», «when=tcp|http|exec», «5», «X», «R100»,
      «»,
      «Seconds that one look may take.»)
end(«readiness»)

record(«liveness», «services.<name>.liveness», «»)
field(«type», «type», «ENUM», «liveness_type», «req», «», «X», «R014»,
      «»,
      «tcp connects, http asks a URL, exec runs a command.»)
field(«port», «port», «PORT», «», «req when=tcp», «», «X», «R097»,
      «»,
      «Port to connect to: its number, or a name from x-slurm.ports or ports.»)
field(«host», «host», «STR», «», «interp run when=tcp», «127.0.0.1», «X», «R098»,
      «»,
      «Host to connect to.»)
field(«url», «url», «STR», «», «interp run req when=http», «», «X», «R098»,
      «»,
      «URL to ask with GET.»)
field(«status_code», «status_code», «UINT», «u16», «when=http», «200», «X», «R099»,
      «»,
      «Status that counts as an answer.»)
field(«owner», «owner», «ENUM», «readiness_owner», «when=tcp|http», «service», «X», «R014»,
      «»,
      «Whose port counts at the node itself, as for readiness: service, or any.»)
field(«command», «command», «COMMAND», «», «interp req when=exec», «», «X», «R098, R144»,
      «»,
      «Command, run where the service runs: 0 means that it answers. A text is run by /bin/sh -c.»)
field(«tasks», «tasks», «ENUM», «readiness_tasks», «», «first», «X», «R014, R144»,
      «»,
      «Whose look counts: task 0 of the step, or every task.»)
field(«interval_seconds», «interval_seconds», «UINT», «u64», «», «10», «X», «E09»,
      «»,
      «Pause before each look.»)
field(«attempt_timeout_seconds», «attempt_timeout_seconds», «UINT», «u64», «», «5», «X», «E09»,
      «»,
      «What one look may take; after that it has failed.»)
field(«failures», «failures», «UINT», «u32», «», «3», «X», «E09»,
      «»,
      «So many failed looks in a row, and the service is stopped as unhealthy.»)
end(«liveness»)

record(«healthcheck», «services.<name>.healthcheck», «»)
field(«test», «test», «ONE_OR_LIST», «», «interp», «», «S», «R092, R093, R095»,
      «probe»,
      «Command that ends with 0 once the service is ready; nc -z, curl and wget --spider are looks by hpcc.»)
field(«timeout», «timeout», «DURATION», «», «interp», «», «S», «R096, R100»,
      «timeout_seconds»,
      «How long to wait for readiness; where the command itself is run, what one look may take.»)
field(«disable», «disable», «BOOL», «», «», «false», «S», «»,
      «»,
      «Switches the probe off; other keys are ignored.»)
field(«interval», «interval», «DURATION», «», «interp», «», «X», «R096»,
      «»,
      «The command itself is run; must pass in start_period + retries x (interval + timeout), 30s each.»)
field(«retries», «retries», «UINT», «u32», «», «», «X», «»,
      «»,
      «As interval; 3 if not given.»)
field(«start_period», «start_period», «DURATION», «», «interp», «», «X», «R096»,
      «»,
      «As interval; 0s if not given.»)
field(«start_interval», «start_interval», «DURATION», «», «interp», «», «X», «R096»,
      «»,
      «The command itself is run, as for interval; looks are never slower than any interval.»)
end(«healthcheck»)

record(«assertion», «services.<name>.assert», «»)
field(«exit_code», «exit_code», «UINT», «u16», «», «», «S», «R102»,
      «»,
      «Status with which the service must end.»)
field(«artifacts_contain», «artifacts_contain», «STR», «», «interp», «», «S», «R103»,
      «»,
      «Glob below the job folder that must match at least once.»)
field(«max_duration_seconds», «max_duration_seconds», «UINT», «u64», «», «», «S», «R104»,
      «»,
      «Longest time from first start to last end.»)
end(«assertion»)
