# SPDX-License-Identifier: Apache-2.0
# Mail goes to whom the spec names, for the events that it lists: end and failure, unless it says
# otherwise. The cluster records what it would send.
mails=${SLURM_CONF%/etc/*}/log/mail

# mail_job NAME ON STATUS: a job that ends with the status.
mail_job() {
	cat >"$1.yaml" <<-YAML
		name: $1
		runtime: {backend: host}
		x-slurm: {notify: {email: {to: $1@example.org$2}}}
		services: {one: {script: exit $3}}
	YAML
	compile "$1.yaml"
	submit "$1.sbatch"
	wait_job
}

# subjects NAME: the events it was told of, sorted.
subjects() {
	grep -E " $1@example.org\$" "$mails" | sed 's/.*Name=[a-z]*\\ \([A-Za-z]*\).*/\1/' | sort | paste -sd' '
}

mail_job plain '' 0
mail_job failed '' 3
mail_job started ', on: [start]' 0
mail_job everything ', on: [all]' 0
# shows: x-slurm.notify.email.to
wait_log "$mails" "Job_id=$JOB\\\\ Name=everything\\\\ Ended.* everything@example.org\$"
# Mails are sent one after the other.
# shows: x-slurm.notify.email.{to,on}
assert_equal 'mails by default' "$(subjects plain)" Ended
assert_equal 'mails of a failure' "$(subjects failed)" Failed
assert_equal 'mails of the start' "$(subjects started)" Began
assert_equal 'mails of all events' "$(subjects everything)" 'Began Ended'
