m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Fields of the language. A row: C member, YAML key, kind, argument, flags, default, tier,
m4_dnl rules, effect, help. Kinds: kinds.m4. Flags: req (required), interp (variables are replaced),
m4_dnl line (one line of text), nonull (null is no way to leave it out), when=a|b (only with that type),
m4_dnl resolved (gone before binding: no member), job_id (${SLURM_JOB_ID} stays); shape=R… word=R… missing=R… replace R013, R014, R015.
enumeration(«runtime_backend», «pyxis», «apptainer», «singularity», «charliecloud», «host»)
enumeration(«runtime_gpu», «auto», «none», «nvidia»)

record(«job», «», «»)
field(«extends», «extends», «STR», «», «resolved nonull shape=R018», «», «S», «R018, R020, R022»,
      «resolved and removed»,
      «»)
field(«name», «name», «STR», «», «interp line», «», «C», «»,
      «job name when job_name is absent»,
      «»)
field(«version», «version», «STR», «version», «nonull shape=R008», «1», «C», «R007, R008»,
      «nothing»,
      «»)
field(«services», «services», «NAMED», «service», «req shape=R011 missing=R009», «», «C», «R009–R012»,
      «one srun step each»,
      «»)
field(«steps», «steps», «NAMED», «service», «resolved nonull shape=R011», «», «S», «R010»,
      «same as services»,
      «»)
field(«slurm», «x-slurm», «RECORD», «slurm», «», «{}», «C», «3.2, 3.3»,
      «#SBATCH head, job-wide behaviour»,
      «»)
field(«runtime», «runtime», «RECORD», «runtime», «», «{}», «C», «»,
      «backend choice»,
      «»)
field(«modules», «modules», «LIST», «», «interp nonull shape=R106», «», «S», «R105–R107»,
      «x-env.modules.load»,
      «»)
field(«env_setup», «x-env», «RECORD», «env_setup», «», «», «S», «»,
      «host-side set-up»,
      «»)
field(«secrets», «secrets», «NAMED», «secret», «», «», «S», «R034»,
      «interpolation variables»,
      «»)
field(«sweep», «sweep», «RECORD», «sweep», «nonull shape=R017», «», «X», «R017, R163»,
      «metadata, read by sweep submission only»,
      «»)
end(«job»)

record(«runtime», «runtime», «»)
field(«backend», «backend», «ENUM», «runtime_backend», «», «pyxis», «C», «R113, R120–R128»,
      «how a step starts its container (6.12)»,
      «»)
field(«gpu», «gpu», «ENUM», «runtime_gpu», «», «auto», «S», «»,
      «--nv with apptainer and singularity: nvidia always, none never, auto if job or service sets gpus, gpus_per_node, gpus_per_task, cpus_per_gpu, mem_per_gpu or a GPU gres»,
      «»)
end(«runtime»)

record(«env_setup», «x-env», «»)
field(«modules», «modules», «RECORD», «modules», «nonull», «», «S», «R105»,
      «a list means {purge: false, load: …}»,
      «»)
field(«spack», «spack», «RECORD», «spack», «», «», «S», «»,
      «Spack view on the search paths»,
      «»)
field(«env», «env», «MAP», «variable», «interp», «», «S», «R032, R109»,
      «exported on the host and passed to the step; service beats root, both beat environment (O23)»,
      «»)
end(«env_setup»)

record(«modules», «x-env.modules», «list=load»)
field(«purge», «purge», «BOOL», «», «nonull», «false», «S», «»,
      «module purge first»,
      «»)
field(«load», «load», «LIST», «», «interp», «», «S», «R107»,
      «module load <name> each, in order»,
      «»)
end(«modules»)

record(«spack», «x-env.spack», «»)
field(«view», «view», «STR», «», «interp req», «», «S», «R108»,
      «prepended if the folder exists: bin to PATH; lib, lib64 to LD_LIBRARY_PATH; lib{,64}/python*/site-packages to PYTHONPATH»,
      «»)
end(«spack»)

record(«secret», «secrets.<name>», «»)
field(«file», «file», «STR», «», «», «», «S», «R033, R035»,
      «variable <name> = trimmed text of the file (relative to spec dir)»,
      «»)
field(«env», «env», «STR», «», «», «», «S», «R033, R036»,
      «variable <name> = that variable in the map of 5.3 as built so far»,
      «»)
end(«secret»)
