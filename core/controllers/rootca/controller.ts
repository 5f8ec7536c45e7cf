import { configMaps, namespaces } from '#core/api/tokens';
import type { ConfigMap } from '#core/api/types/core/v1';
import { isStatusError } from '#core/machinery/status';
import { controller, objects, reads, watches } from '#core/operator';
import { isTerminatingNamespace } from '../common/refusals.ts';
import type { ControllerDefinition } from '../definition.ts';

const NAME = 'kube-root-ca.crt';
const ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Every namespace has the authority of the API server's certificate, for its pods. Does nothing where the server's is not
 * known. Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go.
 */
export const rootCaController: ControllerDefinition = {
  name: 'root-ca-certificate-publisher-controller',
  alias: 'root-ca-cert-publisher',
  watches: [namespaces, configMaps],
  start({ informers, turns, log, metrics, clientFor, settings }) {
    const { rootCertificate } = settings;
    if (rootCertificate === undefined) return { stop() {} };
    const client = clientFor('root-ca-cert-publisher');
    const spaces = informers.get(namespaces);
    const published = informers.get(configMaps, { fieldSelector: `metadata.name=${NAME}` });
    const data = { 'ca.crt': rootCertificate };
    return controller({
      name: 'root_ca_cert_publisher',
      sources: [
        objects(spaces, (next) => next !== undefined && next.status?.phase !== 'Terminating'),
        watches(published, (next, previous) => [(next ?? previous)!.metadata.namespace ?? '']),
        reads(published),
      ],
      async reconcile(namespace) {
        const space = spaces.cache.get(namespace);
        if (space === undefined || space.status?.phase === 'Terminating') return;
        const known = published.cache.get(`${namespace}/${NAME}`);
        if (known !== undefined) {
          const keys = Object.keys(known.data ?? {});
          const same = keys.length === 1 && known.data?.['ca.crt'] === rootCertificate;
          const described = (known.metadata.annotations?.[ANNOTATION] ?? '') !== '';
          if (same && described) return;
          const annotations = { ...known.metadata.annotations, [ANNOTATION]: DESCRIPTION };
          await client.update(configMaps, { ...known, metadata: { ...known.metadata, annotations }, data });
          return;
        }
        const made: ConfigMap = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: NAME, namespace, annotations: { [ANNOTATION]: DESCRIPTION } },
          data,
        };
        try {
          await client.create(configMaps, made);
        } catch (refused) {
          const fine = isStatusError(refused, 'AlreadyExists') || isStatusError(refused, 'NotFound');
          if (!fine && !isTerminatingNamespace(refused)) throw refused;
        }
      },
      concurrency: 1,
      turns,
      log,
      metrics,
    });
  },
};
