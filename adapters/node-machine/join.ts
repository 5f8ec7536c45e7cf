import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupLayout, cgroupsOf } from './cgroups.ts';
import type { MachineSpec, MachineState } from './spec.ts';

/**
 * The command line that runs a command inside a node, in all its namespaces. The process that it starts on the machine stands
 * for the command: when that one goes, however it goes, the command is killed, and it gets no chance to outlive it.
 */
export const joined = (state: MachineState, command: readonly string[]): readonly string[] => [
  'nsenter',
  '-t',
  String(state.pid),
  '-a',
  'setpriv',
  '--pdeathsig',
  'KILL',
  ...command,
];

/** Moves a process that was started on the machine into a node's cgroups, so that the node's limits hold for it. */
export async function enterCgroups(spec: MachineSpec, pid: number): Promise<void> {
  const layout = await cgroupLayout();
  for (const folder of cgroupsOf(layout, spec.cluster, spec.name)) {
    const leaf = layout.version === 2 ? join(folder, 'init') : folder;
    await writeFile(join(leaf, 'cgroup.procs'), String(pid));
  }
}
