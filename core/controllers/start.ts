import type { ControllerDefinition, ControllerParts, RunningController } from './definition.ts';

/** Starts controllers; stopping stops them all, and the informers that they share. */
export function startControllers(selected: readonly ControllerDefinition[], parts: ControllerParts): RunningController {
  const running = selected.map((definition) => definition.start(parts));
  parts.log.info('controllers started', { controllers: selected.map(({ name }) => name).join(',') });
  return {
    stop() {
      for (const one of running) one.stop();
      parts.informers.stop();
    },
  };
}
