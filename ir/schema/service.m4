m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«dependency_condition», «service_started», «service_healthy», «service_completed_successfully»)
enumeration(«readiness_type», «sleep», «tcp», «log», «http»)

record(«service», «services.<n>», «»)
field(«extends», «extends», «RECORD», «service_base», «resolved nonull shape=R018», «», «S», «R018–R023»,
      «resolved and removed»,
      «»)
field(«image», «image», «STR», «», «interp», «», «C», «R120–R124»,
      «--container-image=<file> or SIF argument»,
      «»)
field(«command», «command», «COMMAND», «», «interp», «», «C», «R086, R088»,
      «step argv (6.12)»,
      «»)
field(«entrypoint», «entrypoint», «COMMAND», «», «interp», «», «C», «R086, R088»,
      «put before command»,
      «»)
field(«script», «script», «STR», «», «», «», «S», «R086, R087»,
      «command: [/bin/sh, -c, <script>]»,
      «»)
field(«env_file», «env_file», «ONE_OR_LIST», «», «interp», «», «S», «R029, R030»,
      «folded into environment (5.2)»,
      «»)
field(«environment», «environment», «ENV», «», «interp», «», «C», «R031, R032»,
      «step environment»,
      «»)
field(«modules», «modules», «LIST», «», «interp nonull shape=R106», «», «S», «R105–R107»,
      «service x-env.modules.load»,
      «»)
field(«volumes», «volumes», «MOUNTS», «», «interp», «», «C», «R047–R050, R125, R129»,
      «bind mounts, in order»,
      «»)
field(«working_dir», «working_dir», «STR», «», «interp», «», «C», «R089»,
      «cd before the command»,
      «»)
field(«depends_on», «depends_on», «NAMED», «dependency», «», «», «C», «R119, R150–R153»,
      «start conditions (6.2)»,
      «»)
field(«readiness», «readiness», «RECORD», «readiness», «», «», «C», «R090»,
      «probe (6.3)»,
      «»)
field(«healthcheck», «healthcheck», «RECORD», «healthcheck», «», «», «S», «R090–R096»,
      «becomes readiness (5.2)»,
      «»)
field(«asserts», «assert», «RECORD», «assertion», «», «», «S», «R101»,
      «checks at teardown (6.7)»,
      «»)
field(«env_setup», «x-env», «RECORD», «env_setup», «», «», «S», «3.1»,
      «»,
      «»)
field(«step», «x-slurm», «RECORD», «step», «», «», «C», «3.5»,
      «»,
      «»)
field(«enroot», «x-enroot», «RECORD», «service_runtime», «», «», «C», «R112, R113»,
      «holds prepare, same keys and meaning as under x-runtime; pyxis only»,
      «»)
field(«runtime», «x-runtime», «RECORD», «service_runtime», «», «», «C», «R112»,
      «holds prepare»,
      «»)
field(«stop_signal», «stop_signal», «STR», «signal», «interp», «TERM», «S», «»,
      «what a graceful stop sends»,
      «»)
field(«stop_grace_period», «stop_grace_period», «DURATION», «», «interp», «10», «S», «»,
      «how long a graceful stop waits before KILL»,
      «»)
end(«service»)

record(«service_base», «services.<n>.extends», «scalar=service»)
field(«file», «file», «STR», «», «resolved», «», «S», «R019, R022»,
      «resolved and removed»,
      «»)
field(«service», «service», «STR», «», «resolved req missing=R019», «», «S», «R019, R023»,
      «resolved and removed»,
      «»)
end(«service_base»)

record(«dependency», «services.<n>.depends_on.<n>», «»)
field(«condition», «condition», «ENUM», «dependency_condition», «word=R152», «service_started», «C», «R152, R153»,
      «»,
      «»)
end(«dependency»)

record(«service_runtime», «services.<n>.x-runtime», «»)
field(«prepare», «prepare», «RECORD», «prepare», «», «», «C», «R112–R114, R126»,
      «a derived image, built before submission»,
      «»)
end(«service_runtime»)

record(«prepare», «services.<n>.x-runtime.prepare», «»)
field(«commands», «commands», «LIST», «», «req missing=R114», «», «C», «R114»,
      «run in a writable copy of the image»,
      «»)
field(«mounts», «mounts», «MOUNTS», «», «interp», «», «C», «R047–R050»,
      «present during preparation only; any mount: rebuilt every time»,
      «»)
field(«env», «env», «ENV», «», «interp», «», «C», «R031, R032»,
      «set during preparation only»,
      «»)
field(«root», «root», «BOOL», «», «nonull», «true», «C», «»,
      «root or fakeroot where the backend can»,
      «»)
end(«prepare»)

record(«readiness», «services.<n>.readiness», «»)
field(«type», «type», «ENUM», «readiness_type», «req», «», «C», «keys of other types are R005»,
      «»,
      «»)
field(«seconds», «seconds», «UINT», «u64», «req when=sleep», «», «C», «»,
      «stay alive that long»,
      «»)
field(«port», «port», «UINT», «port», «req when=tcp», «», «C», «R097»,
      «TCP connect»,
      «»)
field(«host», «host», «STR», «», «interp when=tcp», «127.0.0.1», «C», «R098, R144»,
      «»,
      «»)
field(«pattern», «pattern», «STR», «», «req when=log», «», «C», «R098»,
      «ERE in the service log»,
      «»)
field(«url», «url», «STR», «», «interp req when=http», «», «C», «R098, R144»,
      «GET»,
      «»)
field(«status_code», «status_code», «UINT», «u16», «when=http», «200», «C», «R099»,
      «exact match»,
      «»)
field(«timeout_seconds», «timeout_seconds», «UINT», «u64», «when=tcp|log|http», «60», «C», «R100»,
      «»,
      «»)
end(«readiness»)

record(«healthcheck», «services.<n>.healthcheck», «»)
field(«test», «test», «ONE_OR_LIST», «», «interp», «», «S», «R092–R095»,
      «probe»,
      «»)
field(«timeout», «timeout», «DURATION», «», «», «», «S», «R096, R100»,
      «timeout_seconds»,
      «»)
field(«disable», «disable», «BOOL», «», «», «false», «S», «»,
      «true: no readiness, other keys ignored»,
      «»)
field(«interval», «interval», «DURATION», «», «», «», «S», «R091»,
      «»,
      «»)
field(«retries», «retries», «UINT», «u32», «», «», «S», «R091»,
      «»,
      «»)
field(«start_period», «start_period», «DURATION», «», «», «», «S», «R091»,
      «»,
      «»)
end(«healthcheck»)

record(«assertion», «services.<n>.assert», «»)
field(«exit_code», «exit_code», «UINT», «u16», «», «», «S», «R102»,
      «last exit code equals it»,
      «»)
field(«artifacts_contain», «artifacts_contain», «STR», «», «interp», «», «S», «R103»,
      «at least one match»,
      «»)
field(«max_duration_seconds», «max_duration_seconds», «UINT», «u64», «», «», «S», «R104»,
      «first launch to last exit»,
      «»)
end(«assertion»)
