/**
 * A whole Kubernetes inside a test: the API server, every controller, the scheduler and simulated nodes, in one process,
 * in virtual time. Five minutes pass in milliseconds, nothing happens unless the test lets time pass, and the same seed
 * gives the same run, event for event.
 *
 * ```ts
 * const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
 * const cluster = await testCluster({ barrier, nodes: 2 });
 * await cluster.client.create(pods, {
 *   apiVersion: 'v1',
 *   kind: 'Pod',
 *   metadata: { name: 'web', namespace: 'default' },
 *   spec: { containers: [{ name: 'web', image: 'web:1' }] },
 * });
 * await cluster.until(() => cluster.find(pods, { namespace: 'default', name: 'web' })?.status?.phase === 'Running');
 * cluster.nodes.kill('node-1'); // power off, the API is not told
 * await cluster.advance(60_000);
 * const lost = cluster.find(nodes, { name: 'node-1' })!;
 * expect(lost.status!.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('Unknown');
 * await cluster.stop();
 * ```
 *
 * Images are never pulled: a simulated container starts, runs, and ends as its pod's annotations say. What a test waits
 * for beside the cluster (a file, a socket) goes through `turns.external`, or virtual time runs on without it.
 */
export * from './cluster.ts';
export type { EventLog, Happening } from './event-log.ts';
export { rollAndLoseNode, type ScenarioOptions, type ScenarioRun } from './scenario.ts';
