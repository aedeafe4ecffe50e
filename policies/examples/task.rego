# The grant that is built in: the open task names the verb, the environment and a glob for the
# resource, or the credential by its fingerprint or name.
package countermand.task

default allow := false

allow if {
	input.resource.kind == "Resource"
	task := input.context.task
	input.action in task.verbs
	environment_granted(task)
	count(task.matched) > 0
}

allow if {
	input.resource.kind == "Credential"
	input.action == "use-credential"
	input.resource.fingerprint in input.context.task.credentials
}

allow if {
	input.resource.kind == "Credential"
	input.action == "use-credential"
	input.resource.name in input.context.task.credentials
}

environment_granted(task) if "*" in task.environments

environment_granted(task) if input.resource.environment in task.environments

# The same with a reason, which is shown to people.
decision := {"allow": allow, "reason": reason}

reason := "the open task grants it" if allow

reason := "the open task does not grant it" if {
	not allow
	input.context.hasTask
}

reason := "no task is open" if {
	not allow
	not input.context.hasTask
}
