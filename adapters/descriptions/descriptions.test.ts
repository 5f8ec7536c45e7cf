import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientNodeDescriptions } from './descriptions.ts';
import { classNames, classText } from './extract.ts';

test('reads a class and its fields', () => {
  const text = `/**\n * Kubernetes\n */\nimport { X } from './x.js';\n/**\n* A thing\\'s part.\n*/\nexport declare class V1Thing {\n    /**\n    * Says \\"go\\".\n    */\n    '_continue'?: string;\n    'silent'?: string;\n    /**\n    * Lists.\n    */\n    'x_kubernetes_list_type'?: string;\n}`;
  expect(classText(text)).toEqual({
    name: 'V1Thing',
    text: { '': "A thing's part.", continue: 'Says "go".', 'x-kubernetes-list-type': 'Lists.' },
  });
});

test('knows the classes of a definition', () => {
  expect(classNames('io.k8s.api.core.v1.Event')).toEqual(['CoreV1Event', 'V1Event']);
});

test('describes what the package describes, and keeps the extract', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descriptions-'));
  try {
    const cacheFile = join(folder, 'descriptions.json');
    const describe = await clientNodeDescriptions({ cacheFile })();
    expect(describe('io.k8s.api.core.v1.ServicePort', 'port')).toBe('The port that will be exposed by this service.');
    expect(describe('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'name')).toContain(
      'Name must be unique within a namespace.',
    );
    expect(describe('io.k8s.api.core.v1.Nothing')).toBeUndefined();
    expect(Object.keys(JSON.parse(readFileSync(cacheFile, 'utf8')).classes).length).toBeGreaterThan(600);
    const again = await clientNodeDescriptions({ cacheFile })();
    expect(again('io.k8s.api.core.v1.Pod')).toBe(describe('io.k8s.api.core.v1.Pod'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
