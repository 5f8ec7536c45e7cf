import type { Plan } from './actions.ts';
import { Draft } from './draft.ts';
import { planEnd } from './end.ts';
import { planInit } from './init.ts';
import { shouldStart } from './restart.ts';
import { neededSandbox } from './sandbox.ts';
import { type World, latest } from './world.ts';

/** What a pod wants next. Pure; `kubelet.ts` carries it out. Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions. */
export function plan(world: World): Plan {
  if (isEnding(world)) return planEnd(world, true);
  const sandbox = neededSandbox(world);
  if (sandbox.kind === 'done') return planEnd(world, true);
  if (sandbox.kind === 'create') return planSandbox(world, sandbox.attempt);

  const draft = new Draft(world, sandbox.id);
  for (const container of world.pod.spec.ephemeralContainers ?? []) {
    if (latest(world.observed, container.name) === undefined) draft.start(container, 'ephemeral', undefined);
  }
  const init = planInit(world, draft);
  if (init === 'failed') return planEnd(world, true);
  if (init === 'initialized' && !planRegular(world, draft)) return planEnd(world, true);
  return draft.finish();
}

/** Deleted, condemned, or already reported as finished: nothing is started any more. */
const isEnding = ({ pod, verdict, reported }: World): boolean =>
  pod.metadata.deletionTimestamp !== undefined ||
  verdict !== undefined ||
  reported.phase === 'Failed' ||
  reported.phase === 'Succeeded' ||
  pod.status?.phase === 'Failed' ||
  pod.status?.phase === 'Succeeded';

/** A new sandbox: all that ran in the old one has to go first. */
function planSandbox(world: World, attempt: number): Plan {
  const cleared = planEnd(world, false);
  if (!cleared.still) return cleared;
  const failure = world.failures.get('');
  if (failure !== undefined && failure.retryAt > world.now) {
    return { actions: [], held: [], terminal: false, still: false, lookAgain: failure.retryAt };
  }
  return {
    actions: world.starting ? [] : [{ do: 'createSandbox', attempt, changed: attempt > 0 && failure === undefined }],
    held: [],
    terminal: false,
    still: false,
    lookAgain: undefined,
  };
}

/** The regular containers of an initialized pod; false when none runs or will run again. */
function planRegular(world: World, draft: Draft): boolean {
  const { spec } = world.pod;
  let alive = 0;
  for (const container of spec.containers) {
    const status = latest(world.observed, container.name);
    if (status !== undefined && world.stopping.has(status.id)) {
      alive++;
    } else if (status?.state !== 'running') {
      if (!shouldStart(world, container, status)) continue;
      alive++;
      draft.start(container, 'regular', status);
    } else {
      alive++;
      draft.judge(container, status);
    }
  }
  return alive > 0;
}
