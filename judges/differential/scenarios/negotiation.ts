import type { Scenario } from '../scenario.ts';
import { answersInForm, CONFIG_MAPS, configMap, get, post } from './steps.ts';

const accepts = [
  '*/*',
  '',
  'application/*',
  'text/html',
  'application/json, */*;q=0.1',
  'application/yaml',
  'application/xml',
  'text/plain',
  'application/xml, application/json',
  'application/json;q=0, application/yaml',
  'application/vnd.kubernetes.protobuf, application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=meta.k8s.io',
  'application/json;as=Nothing;v=v1;g=meta.k8s.io',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=meta.k8s.io, application/json',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/cbor',
  'application/json;stream=watch',
  'application/json;pretty=1',
  'nonsense',
];

/** In which form answers come, by what is accepted. */
export const negotiation: Scenario = {
  name: 'negotiation',
  steps: [
    post(CONFIG_MAPS, configMap('a')),
    ...accepts.flatMap(answersInForm),
    get('/api/v1/nodes', { headers: { accept: 'application/xml' } }),
    get('/version', { headers: { accept: 'application/xml' } }),
    get('/openapi/v2', { headers: { accept: 'application/xml' } }),
    get('/api/v1', { headers: { accept: 'application/xml' } }),
    get(CONFIG_MAPS, { headers: { 'user-agent': 'Mozilla/5.0 (X11)', accept: '*/*' } }),
  ],
};
