m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl blank (a blank text or item is no value), names=service (whose name the text is: service, component, variable, file), resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays), run (${run:WORD} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«runtime_backend», container_names)
enumeration(«runtime_gpu», «auto», «none», «nvidia», «amd»)
enumeration(«image_entrypoint», «none», «image»)

record(«job», «», «»)
field(«extends», «extends», «STR», «», «resolved nonull shape=R018 names=file», «», «S», «R018, R020, R022»,
      «resolved while reading»,
      «Path of a spec that this one is laid over; relative to the file that holds it.»)
field(«include», «include», «ONE_OR_LIST», «», «resolved names=file», «», «X», «E16»,
      «resolved while reading»,
      «Files whose services and settings belong to this one; paths relative to the file that holds them.»)
field(«name», «name», «STR», «name», «interp line», «», «C», «R037»,
      «job name when job_name is absent»,
      «Name of the job, used when x-slurm.job_name is absent.»)
field(«version», «version», «STR», «version», «nonull shape=R008», «1», «C», «R007, R008»,
      «»,
      «Version of this language; the only one is 1.»)
field(«services», «services», «NAMED», «service», «req shape=R011 missing=R009», «», «C», «R009, R011, R012»,
      «one job step each»,
      «The services of the job by name, each a command in a container or on the host.»)
field(«steps», «steps», «NAMED», «service», «resolved nonull shape=R011», «», «S», «R010, R011»,
      «renamed to services»,
      «Another name for services; a file holds one of the two.»)
field(«slurm», «x-slurm», «RECORD», «slurm», «», «{}», «C», «»,
      «head of the batch script, job-wide behaviour»,
      «The allocation: Slurm options, and what the job does besides running services.»)
field(«runtime», «runtime», «RECORD», «runtime», «», «{}», «C», «»,
      «»,
      «How containers are run.»)
field(«modules», «modules», «LIST», «», «interp nonull shape=R106», «», «S», «R105, R106, R107»,
      «x-env.modules.load»,
      «Environment modules to load for the whole job; short for x-env.modules.load.»)
field(«env_setup», «x-env», «RECORD», «env_setup», «», «», «S», «»,
      «run before setup»,
      «Set-up of the host environment of the job: modules, Spack view, variables.»)
field(«secrets», «secrets», «NAMED», «secret», «», «», «S», «R034»,
      «variables, never shown»,
      «Variables whose values are read when compiling and never printed.»)
field(«sweep», «sweep», «RECORD», «sweep», «nonull shape=R017», «», «X», «R017, R163»,
      «read by sweep submission only»,
      «Runs the job once for each combination of parameters.»)
end(«job»)

record(«runtime», «runtime», «»)
field(«backend», «backend», «ENUM», «runtime_backend», «», «pyxis», «C», «R113, R120, R121, R122, R123, R124, R125, R126, R127, R128»,
      «how a step starts its container»,
      «Container runtime of all services; host runs them without containers.»)
field(«gpu», «gpu», «ENUM», «runtime_gpu», «», «auto», «S», «»,
      «--nv or --rocm of apptainer and singularity»,
      «Whether GPUs are let into containers; auto looks for GPU fields in the spec, and is for NVIDIA.»)
field(«options», «options», «LIST», «», «interp line blank», «», «X», «R037, R058, B02»,
      «words for the container tool»,
      «Options of the container tool that have no field here, for all services on runtime.backend.»)
field(«entrypoint», «entrypoint», «ENUM», «image_entrypoint», «nonull», «none», «X», «E11, B02»,
      «words ahead of the command»,
      «Whether command is run by the ENTRYPOINT of the image, as Docker does it, or alone.»)
field(«writable», «writable», «BOOL», «», «nonull», «false», «X», «B02»,
      «root of the containers»,
      «Whether containers can write to their root; what they write is gone when the step ends.»)
field(«home», «home», «BOOL», «», «nonull», «», «X», «B02»,
      «the home folder in containers»,
      «Whether the home folder is mounted in containers; absent: as the container tool does.»)
field(«remap_root», «remap_root», «BOOL», «», «nonull», «», «X», «B02»,
      «user id in containers»,
      «Whether the user is root inside, without its rights; absent: as the container tool does.»)
end(«runtime»)

record(«env_setup», «x-env», «»)
field(«modules», «modules», «RECORD», «modules», «nonull», «», «S», «R105»,
      «module load»,
      «Environment modules; a list is short for load.»)
field(«spack», «spack», «RECORD», «spack», «», «», «S», «»,
      «»,
      «A Spack view put on the search paths.»)
field(«env», «env», «MAP», «variable», «interp», «», «S», «R032, R109»,
      «export, and into the step»,
      «Variables exported on the host and passed to the steps; they win over environment.»)
end(«env_setup»)

record(«modules», «x-env.modules», «list=load»)
field(«purge», «purge», «BOOL», «», «nonull», «false», «S», «»,
      «module purge»,
      «Unload all modules first.»)
field(«load», «load», «LIST», «», «interp», «», «S», «R107»,
      «module load»,
      «Modules to load, in order.»)
end(«modules»)

record(«spack», «x-env.spack», «»)
field(«view», «view», «STR», «», «interp req», «», «S», «R108»,
      «PATH, LD_LIBRARY_PATH, PYTHONPATH»,
      «Folder of the Spack view; skipped where it does not exist.»)
end(«spack»)

record(«secret», «secrets.<name>», «»)
field(«file», «file», «STR», «», «names=file», «», «S», «R033, R035»,
      «»,
      «File whose trimmed text is the value; relative to the folder of the spec.»)
field(«env», «env», «STR», «», «names=variable», «», «S», «R033, R036»,
      «»,
      «Variable whose value is the secret.»)
end(«secret»)
