import { expect, test } from 'vitest';
import { controllers, selectControllers } from './catalogue.ts';

const names = (...list: string[]) => selectControllers(list).map(({ name }) => name);

test('a list selects controllers as upstream’s flag does', () => {
  expect(names('*')).toHaveLength(controllers.length);
  expect(names('*', '-deployment')).not.toContain('deployment-controller');
  expect(names('*', '-deployment')).toHaveLength(controllers.length - 1);
  expect(names('namespace', 'podgc')).toEqual(['pod-garbage-collector-controller', 'namespace-controller']);
  expect(names('deployment-controller', '-deployment')).toEqual(['deployment-controller']);
  expect(names()).toEqual([]);
  expect(() => names('-nothing')).toThrow('there is no controller "nothing"');
});
