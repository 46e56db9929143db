"""What a build does: ``plan.plan_build`` and then ``run.build_package`` say in which order."""
