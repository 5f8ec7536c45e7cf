import type { Scenario, Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './accept.ts';
import { CONFIG_MAPS, configMap, patch, post, put } from './steps.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/{{ns}}/deployments';
const faulty = (name: string) =>
  `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"${name}","unknownMeta":1,"labels":{"a":"b","a":"c"}},"spec":{"unknown":1,"replicas":1,"replicas":2,"paused":true,"paused":false,"selector":{"matchLabels":{"a":"c"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"x","image":"y","imagePullPolicy":"Always","imagePullPolicy":"Never","extra":{}},{"name":"z","image":"y","ports":[{"hostport":1,"containerPort":2}]}]}}}}`;
const yaml = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, nothing: 1}\ndata: {a: b}\ndata: {a: c, a: d}\nextra: 1\n`;
const modes = ['', '?fieldValidation=Strict', '?fieldValidation=Warn', '?fieldValidation=Ignore'];
const named = (mode: string) => mode.slice(17).toLowerCase() || 'default';
const joined = (path: string, mode: string, more: string) => `${path}${mode}${mode === '' ? '?' : '&'}${more}`;

/** Unknown and duplicate fields by each mode and way of writing. */
export const fieldValidation: Scenario = {
  name: 'field-validation',
  steps: [
    ...modes.map((mode) => post(`${DEPLOYMENTS}${mode}`, faulty(named(mode)))),
    ...modes.map((mode) =>
      post(`${CONFIG_MAPS}${mode}`, yaml(named(mode)), { headers: { 'content-type': 'application/yaml' } }),
    ),
    post(CONFIG_MAPS, configMap('a')),
    ...modes.map((mode) =>
      put(
        `${CONFIG_MAPS}/a${mode}`,
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"1","a":"2"},"nothing":{}}',
      ),
    ),
    ...modes.flatMap((mode): readonly Step[] => [
      patch(
        `${DEPLOYMENTS}/default${mode}`,
        '[{"op":"add","path":"/spec/nothing","value":1,"other":2},{"op":"replace","path":"/spec/replicas","value":3,"value":4}]',
        JSON_PATCH,
      ),
      patch(`${DEPLOYMENTS}/default${mode}`, '{"spec":{"nothing":1,"replicas":5,"replicas":6}}', MERGE_PATCH),
      patch(
        `${DEPLOYMENTS}/default${mode}`,
        '{"spec":{"nothing":1,"replicas":7,"replicas":8,"template":{"spec":{"containers":[{"name":"x","what":1}]}}}}',
        STRATEGIC_PATCH,
      ),
      patch(joined(`${CONFIG_MAPS}/applied`, mode, 'fieldManager=m'), configMap('applied', { nothing: 1 }), APPLY),
      patch(joined(`${CONFIG_MAPS}/applied`, mode, 'fieldManager=m'), yaml('applied'), APPLY),
    ]),
  ],
};
