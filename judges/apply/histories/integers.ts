import { subject, type History } from '../history.ts';
import { configMaps } from './subjects.ts';

const revisions = subject('apps/v1', 'ControllerRevision', 'controllerrevisions');
const jobs = subject('batch/v1', 'Job', 'jobs');
const pods = subject('v1', 'Pod', 'pods');
const BIG = '9007199254740993';
const text = (revision: string, data = '{}', more = '') =>
  `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"x"${more}},"revision":${revision},"data":${data}}`;
const create = (revision: string, data?: string) => ({ ...revisions.create('c', {}), body: text(revision, data) });
const yaml = { headers: { accept: 'application/yaml' } };

/** Integers beyond what a double holds, floats as they are written, in every kind of write and answer. */
export const integers: readonly History[] = [
  {
    it: 'a long integer',
    steps: [
      create(BIG),
      revisions.get(),
      revisions.get(yaml),
      revisions.get({ headers: { accept: 'application/vnd.kubernetes.protobuf' } }),
    ],
  },
  {
    it: 'the longest integers',
    steps: [
      create('9223372036854775807'),
      revisions.merge('m', '{"revision":-1}'),
      revisions.merge('m', '{"revision":9223372036854775808}'),
      revisions.merge('m', '{"revision":1e3}'),
      revisions.merge('m', '{"revision":1.0}'),
      revisions.merge('m', '{"revision":1.5}'),
      revisions.merge('m', '{"revision":"7"}'),
    ],
  },
  {
    it: 'patches of a long integer',
    steps: [
      create(BIG),
      revisions.merge('m', '{"revision":9007199254740995}'),
      revisions.strategic('s', '{"revision":9007199254740997}'),
      revisions.json(
        'j',
        '[{"op":"test","path":"/revision","value":9007199254740997},{"op":"replace","path":"/revision","value":9007199254740999}]',
      ),
      revisions.json('j', '[{"op":"test","path":"/revision","value":9007199254740998}]'),
      revisions.get(),
    ],
  },
  {
    it: 'a patch beside a long integer',
    steps: [
      create(BIG),
      revisions.merge('m', '{"metadata":{"labels":{"a":"b"}}}'),
      revisions.strategic('s', '{"metadata":{"labels":{"c":"d"}}}'),
      revisions.json('j', '[{"op":"add","path":"/metadata/labels/e","value":"f"}]'),
    ],
  },
  {
    it: 'an applied long integer',
    steps: [
      revisions.apply('a', text(BIG)),
      revisions.apply('b', text('9007199254740992')),
      revisions.apply('b', text(BIG)),
      revisions.apply(
        'a',
        `apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: x}\nrevision: ${BIG}\ndata: {}\n`,
      ),
    ],
  },
  {
    it: 'an update beside a long integer',
    steps: [
      create(BIG),
      { ...revisions.update('u', {}), body: text('9007199254740995') },
      { ...revisions.update('u', {}), body: text('9007199254740995', '{}', ',"labels":{"a":"b"}') },
    ],
  },
  {
    it: 'a long integer in YAML',
    steps: [
      {
        ...revisions.create('c', {}),
        headers: { 'content-type': 'application/yaml' },
        body: `apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: x}\nrevision: ${BIG}\n`,
      },
      revisions.get(yaml),
    ],
  },
  {
    it: 'numbers in untyped data',
    steps: [
      create('1', '{"a":9007199254740993,"b":1.0,"c":1e21,"d":-0.0,"e":0.1,"f":12345678901234567890,"g":1.50}'),
      revisions.get(),
      revisions.merge('m', '{"metadata":{"labels":{"a":"b"}}}'),
      revisions.get(yaml),
    ],
  },
  {
    it: 'integers that are none',
    steps: [
      {
        ...pods.create('c', {}),
        body: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"terminationGracePeriodSeconds":30.0,"containers":[{"name":"a","image":"i"}]}}',
      },
      {
        ...pods.create('c', {}),
        body: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"terminationGracePeriodSeconds":30.5,"containers":[{"name":"a","image":"i"}]}}',
      },
      {
        ...pods.create('c', {}),
        body: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"y"},"spec":{"activeDeadlineSeconds":9007199254740993,"terminationGracePeriodSeconds":9007199254740993,"containers":[{"name":"a","image":"i"}]}}',
      },
    ],
  },
  {
    it: 'integers of 32 bits',
    steps: [
      {
        ...jobs.create('c', {}),
        body: '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"parallelism":2147483648,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"i"}]}}}}',
      },
      {
        ...jobs.create('c', {}),
        body: '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"parallelism":2147483647,"activeDeadlineSeconds":9007199254740993,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"i"}]}}}}',
      },
      jobs.get(),
      jobs.get(yaml),
    ],
  },
  {
    it: 'quantities as numbers',
    steps: [
      {
        ...pods.create('c', {}),
        body: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"a","image":"i","resources":{"limits":{"cpu":1.5,"memory":9007199254740993}}}]}}',
      },
      pods.get(),
    ],
  },
  {
    it: "generation is the server's",
    steps: [
      configMaps.create('c', { metadata: { generation: 9 } }),
      configMaps.merge('m', '{"metadata":{"generation":9007199254740993}}'),
    ],
  },
  { it: 'pretty answers', steps: [create(BIG), revisions.get({ headers: { accept: 'application/json;pretty=1' } })] },
];
