# SPDX-License-Identifier: Apache-2.0
# Who asks for a stop once is heard once by every process of the step, be it in a session of its own,
# whomever Slurm itself signals.

cat >count.pl <<'COUNT'
# Counts at once, so that two that come together are two.
my $job = $ENV{SLURM_JOB_ID};
my $file = "$ARGV[0].$job";
sub note { open my $to, '>>', $_[0] or die; print $to "heard\n"; close $to }
$SIG{TERM} = sub { note($file) };
note("$file.up");
select undef, undef, undef, 0.2 until -e "end.$job";
COUNT
cat >compose.yaml <<YAML
name: once
runtime: {backend: host}
x-slurm: {time: 5}
services:
  server:
    command: ["bash", "-c", "setsid perl count.pl own & exec perl count.pl plain"]
    stop_grace_period: 30s
YAML
compile compose.yaml

heard() { [ -s "$1.$JOB" ]; }
step_of() { slurm squeue --steps --noheader --jobs "$1" --format=%i | grep -x '[0-9]*[.][0-9]*'; }

# asked WORD...: who was asked with these words of scancel heard it once.
asked() {
	wait_until 60 heard plain
	wait_until 60 heard own
	sleep 2 # a second one would come at once
	touch "end.$JOB"
	assert_equal "$*: plain" "$(grep -c heard "plain.$JOB")" 1
	assert_equal "$*: in a session of its own" "$(grep -c heard "own.$JOB")" 1
	wait_job
}

# begun: the job runs, and for longer than the moment in which a stop is passed on in any case.
begun() {
	submit compose.sbatch
	wait_files 120 "plain.$JOB.up" "own.$JOB.up"
	sleep 0.2
}

# With linuxproc a loaded Slurm tells a step twice, a plain one as well.
if [ "$PROCTRACK" = cgroup ]; then
	begun
	slurm scancel --signal=TERM "$(step_of "$JOB")"
	asked --signal=TERM STEP
fi
begun
slurm scancel --batch --signal=TERM "$JOB"
asked --batch --signal=TERM JOB
# The whole job: Slurm tells its steps, then hpcc stops its services.
begun
slurm scancel "$JOB"
asked JOB
