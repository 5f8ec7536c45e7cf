import { beforeEach, expect, test } from 'vitest';
import { builtInDefinitions, registryOf } from '#core/api/definition';
import type { AdmissionAttributes, Attributes } from '#core/apiserver';
import { storedIn } from '#core/apiserver/auth';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError, type Status } from '#core/machinery/status';
import { testStore } from '../../auth/fixture.ts';
import { validatingPolicies } from './plugin.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const registry = registryOf(builtInDefinitions());
const GROUP = 'admissionregistration.k8s.io';

let here: Awaited<ReturnType<typeof world>>;
beforeEach(async () => {
  here = await world();
});

async function world() {
  const { store, put } = await testStore(barrier);
  const plugin = validatingPolicies({
    store,
    stored: storedIn(store),
    registry,
    authorizer: { decide: ({ verb }: Attributes) => ({ allowed: verb === 'get', reason: '' }) },
  });
  await put('', 'namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'a', labels: { team: 'x' } } });
  const rules = [{ operations: ['*'], apiGroups: [''], apiVersions: ['*'], resources: ['configmaps'] }];
  const policy = (spec: object) =>
    put(GROUP, 'validatingadmissionpolicies', {
      metadata: { name: 'p' },
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: rules, matchPolicy: 'Equivalent' }, ...spec },
    });
  const bind = (spec: object = {}, name = 'b') =>
    put(GROUP, 'validatingadmissionpolicybindings', {
      metadata: { name },
      spec: { policyName: 'p', validationActions: ['Deny'], ...spec },
    });
  const warnings: string[] = [];
  const run = async (data: object = {}, more: Partial<AdmissionAttributes> = {}): Promise<Status | undefined> => {
    const definition = registry.resource('', 'configmaps')!;
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'm', namespace: 'a' }, data };
    const attributes: AdmissionAttributes = {
      definition,
      version: 'v1',
      subresource: '',
      operation: 'CREATE',
      namespace: 'a',
      name: 'm',
      object: object as KubeObject,
      old: undefined,
      user: { name: 'joe', groups: ['devs'] },
      dryRun: false,
      options: {},
      warn: (text) => void warnings.push(text),
      ...more,
    };
    if (!plugin.handles('CREATE', definition, '')) return undefined;
    try {
      await plugin.validate!(attributes);
      return undefined;
    } catch (error) {
      if (isStatusError(error)) return error.status;
      throw error;
    }
  };
  return { put, policy, bind, run, warnings };
}

const rule = (expression: string, more: object = {}) => ({ validations: [{ expression, ...more }] });
const BY = `configmaps "m" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: `;

test('a policy refuses where something binds it', async () => {
  await here.policy(rule('object.data.colour == "red"'));
  expect(await here.run({ colour: 'blue' })).toBeUndefined();
  await here.bind();
  expect(await here.run({ colour: 'red' })).toBeUndefined();
  const message = `${BY}failed expression: object.data.colour == "red"`;
  expect(await here.run({ colour: 'blue' })).toMatchObject({
    reason: 'Invalid',
    code: 422,
    message,
    details: { name: 'm', kind: 'configmaps', causes: [{ message: message.replace(/^.*forbidden: /, '') }] },
  });
  await here.bind({ policyName: 'other' });
  expect(await here.run({ colour: 'blue' })).toBeUndefined();
});

test.each([
  [{ message: ' no ' }, 'no', 'Invalid', 422],
  [{ message: 'no', messageExpression: '"not " + object.data.colour' }, 'not blue', 'Invalid', 422],
  [{ message: 'no', messageExpression: 'object.data.none' }, 'no', 'Invalid', 422],
  [{ message: 'no', messageExpression: '"a\\nb"' }, 'no', 'Invalid', 422],
  [{ messageExpression: '"  "', reason: 'Forbidden' }, 'failed expression: false', 'Forbidden', 403],
  [{ reason: 'RequestEntityTooLarge' }, 'failed expression: false', 'RequestEntityTooLarge', 413],
])('says %j', async (more, message, reason, code) => {
  await here.policy(rule('false', more));
  await here.bind();
  expect(await here.run({ colour: 'blue' })).toMatchObject({ message: BY + message, reason, code });
});

test.each([
  ['namespaceObject.metadata.labels.team == "x"', true],
  ['namespaceObject.metadata.name == request.namespace', true],
  ['authorizer.requestResource.check("delete").allowed()', false],
  ['variables.twice == "redred" && variables.thrice.startsWith(variables.twice)', true],
  ['oldObject == null', true],
])('evaluates %s', async (expression, holds) => {
  const variables = [
    { name: 'twice', expression: 'object.data.colour + object.data.colour' },
    { name: 'thrice', expression: 'variables.twice + object.data.colour' },
  ];
  await here.policy({ ...rule(expression), variables });
  await here.bind();
  expect((await here.run({ colour: 'red' })) === undefined).toBe(holds);
});

test('what cannot be evaluated counts by the failure policy', async () => {
  const variables = [{ name: 'none', expression: 'object.data.none' }];
  const spec = { ...rule('variables.none == "x"'), variables };
  await here.policy(spec);
  await here.bind();
  const why = `expression 'variables.none == "x"' resulted in error: composited variable "none" fails to evaluate: no such key: none`;
  expect(await here.run({ colour: 'red' })).toMatchObject({ message: BY + why });
  await here.policy({ ...spec, failurePolicy: 'Ignore' });
  expect(await here.run({ colour: 'red' })).toBeUndefined();
});

test('only what its constraints, those of the binding and its conditions want is judged', async () => {
  const wants = async (spec: object, binding: object = {}) => {
    await here.policy({ ...rule('false'), ...spec });
    await here.bind(binding);
    return (await here.run()) !== undefined;
  };
  const rules = (more: object) => [
    { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], ...more },
  ];
  const constraints = (more: object) => ({ matchConstraints: { resourceRules: rules({}), ...more } });
  expect(await wants({})).toBe(true);
  expect(await wants(constraints({ resourceRules: rules({ operations: ['DELETE'] }) }))).toBe(false);
  expect(await wants(constraints({ resourceRules: rules({ resourceNames: ['other'] }) }))).toBe(false);
  expect(await wants(constraints({ resourceRules: rules({ resourceNames: ['m'] }) }))).toBe(true);
  expect(await wants(constraints({ excludeResourceRules: rules({ resourceNames: ['m'] }) }))).toBe(false);
  expect(await wants(constraints({ namespaceSelector: { matchLabels: { team: 'y' } } }))).toBe(false);
  expect(await wants(constraints({ objectSelector: { matchLabels: { a: 'b' } } }))).toBe(false);
  expect(await wants({}, { matchResources: { namespaceSelector: { matchLabels: { team: 'y' } } } })).toBe(false);
  expect(await wants({}, { matchResources: { namespaceSelector: { matchLabels: { team: 'x' } } } })).toBe(true);
  expect(await wants({ matchConditions: [{ name: 'c', expression: 'request.userInfo.username == "ann"' }] })).toBe(
    false,
  );
});

test('parameters are found by name and by labels; without one the binding says what is done', async () => {
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const limits = (name: string, most: string) =>
    here.put('', 'configmaps', {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name, namespace: 'a', labels: { limits: 'yes' } },
      data: { most },
    });
  await here.policy({ ...rule('size(object.data) <= int(params.data.most)'), paramKind });
  await limits('two', '2');
  await here.bind({ paramRef: { name: 'two', parameterNotFoundAction: 'Deny' } });
  expect(await here.run({ a: '', b: '' })).toBeUndefined();
  expect(await here.run({ a: '', b: '', c: '' })).toMatchObject({ reason: 'Invalid' });
  await limits('one', '1');
  await here.bind({ paramRef: { selector: { matchLabels: { limits: 'yes' } }, parameterNotFoundAction: 'Deny' } });
  expect(await here.run({ a: '', b: '' })).toMatchObject({ reason: 'Invalid' });
  const missing = { name: 'none', parameterNotFoundAction: 'Deny' };
  await here.bind({ paramRef: missing });
  const why = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';
  expect(await here.run()).toMatchObject({ message: BY + why });
  await here.bind({ paramRef: { ...missing, parameterNotFoundAction: 'Allow' } });
  expect(await here.run()).toBeUndefined();
  await here.policy({ ...rule('true'), paramKind: { apiVersion: 'v1', kind: 'None' } });
  expect((await here.run())?.message).toContain(
    `ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: '/v1, Kind=None'`,
  );
});

test('a binding may warn instead of refuse', async () => {
  await here.policy(rule('false', { message: 'careful' }));
  await here.bind({ validationActions: ['Warn', 'Audit'] });
  expect(await here.run()).toBeUndefined();
  expect(here.warnings).toEqual(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': careful"]);
});
