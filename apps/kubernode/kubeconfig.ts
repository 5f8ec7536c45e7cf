import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Document, type YAMLMap, YAMLSeq, isMap, isSeq, parseDocument } from 'yaml';
import { Failure, messageOf } from './failure.ts';

/** What a cluster's entry in a kubeconfig holds; all three parts and the context bear the same name. */
export interface Access {
  /** `kubernode-NAME`. */
  readonly context: string;
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export const contextName = (cluster: string): string => `kubernode-${cluster}`;

/** The file that kubectl would write to: the first of $KUBECONFIG, else ~/.kube/config. */
export function userKubeconfig(): string {
  const first = (process.env['KUBECONFIG'] ?? '').split(':').find((path) => path !== '');
  return first ?? join(homedir(), '.kube/config');
}

/** Only entries with our name are added, replaced or removed; everything else keeps its text, comments and order. */
function open(path: string): Document {
  if (!existsSync(path))
    return new Document({ apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(
      `Cannot read the kubeconfig ${path}: ${messageOf(error)}. Mend it, or set KUBECONFIG to another file.`,
    );
  }
  const document = parseDocument(text, { uniqueKeys: false });
  const contents = document.contents;
  if (document.errors.length > 0 || (contents !== null && !isMap(contents))) {
    const why = document.errors[0]?.message.split('\n')[0] ?? 'it is not a mapping';
    throw new Failure(
      `The kubeconfig ${path} cannot be read as YAML (${why}). Mend it, or set KUBECONFIG to another file.`,
    );
  }
  return contents === null ? new Document({ apiVersion: 'v1', kind: 'Config' }) : document;
}

function save(path: string, document: Document): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const mode = existsSync(path) ? statSync(path).mode & 0o777 : 0o600;
  const next = `${path}.kubernode-next`;
  try {
    writeFileSync(next, document.toString({ lineWidth: 0 }), { mode });
    renameSync(next, path);
  } catch (error) {
    throw new Failure(`Cannot write the kubeconfig ${path}: ${messageOf(error)}.`);
  }
}

function listOf(document: Document, key: string): YAMLSeq {
  const found = document.get(key);
  if (isSeq(found)) return found;
  const list = new YAMLSeq();
  document.set(key, list);
  return list;
}

function put(document: Document, key: string, name: string, value: unknown): void {
  const list = listOf(document, key);
  const node = document.createNode(value) as YAMLMap;
  const at = list.items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (at < 0) list.add(node);
  else list.items[at] = node;
  list.flow = false;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The whole file of an access of its own. */
export function kubeconfigText(access: Access): string {
  return merged(new Document({ apiVersion: 'v1', kind: 'Config' }), access).toString({ lineWidth: 0 });
}

function merged(document: Document, access: Access): Document {
  const name = access.context;
  put(document, 'clusters', name, {
    name,
    cluster: { server: access.server, 'certificate-authority-data': base64(access.ca) },
  });
  put(document, 'users', name, {
    name,
    user: { 'client-certificate-data': base64(access.certificate), 'client-key-data': base64(access.key) },
  });
  put(document, 'contexts', name, { name, context: { cluster: name, user: name } });
  document.set('current-context', name);
  return document;
}

/** Adds the access and makes it current. Gives what was current before, to be restored by `leave`. */
export function enter(path: string, access: Access): string {
  const document = open(path);
  const before = String(document.get('current-context') ?? '');
  const text = document.toString({ lineWidth: 0 });
  merged(document, access);
  if (document.toString({ lineWidth: 0 }) !== text) save(path, document);
  return before === access.context ? '' : before;
}

/** Takes the access out again; the context that was current before becomes so again if ours still is. */
export function leave(path: string, context: string, before: string): void {
  if (!existsSync(path)) return;
  const document = open(path);
  for (const key of ['clusters', 'users', 'contexts']) {
    const list = document.get(key);
    if (isSeq(list)) list.items = list.items.filter((item) => !(isMap(item) && item.get('name') === context));
  }
  if (document.get('current-context') === context) document.set('current-context', before);
  save(path, document);
}
