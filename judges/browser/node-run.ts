import { rollAndLoseNode } from '#core/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    readonly nodeRun: string;
  }
}

/** The scenario's log as Node has it, for the browser to compare its own with. */
export async function setup(project: TestProject): Promise<void> {
  const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
  project.provide('nodeRun', (await rollAndLoseNode({ barrier, seed: 1 })).text);
}
