// NOTE to the engine branch: Intents.swift is being written by a colleague in branch `views` (worktree /work/views), who merges `engine`.
// Do not write it here; go on with the stages, HLP, genesis, invariants, the venue, tests and the Specs page. Commit often so that he can merge.
