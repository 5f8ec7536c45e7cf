import { expect, test } from 'vitest';
import { seededRandom } from '#core/base';
import type { Service } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { originOfService, type Directory } from './resolve.ts';

function directory(ports: readonly { name?: string; port: number }[]): Directory {
  const slice = {
    metadata: { name: 's' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], conditions: { ready: false } }],
    ports: ports.map(({ name = '', port }) => ({ name, port: port + 8000 })),
  };
  return {
    service: () => ({ metadata: { name: 's' }, spec: { ports } }) as unknown as Service,
    endpointSlices: () => [slice as unknown as EndpointSlice],
    node: () => undefined,
  };
}
const named = [
  { name: 'a', port: 80 },
  { name: 'b', port: 81 },
];

test.each([
  { it: 'by its number', ports: named, port: '81', wants: '10.0.0.1:8081' },
  { it: 'by its name', ports: named, port: 'a', wants: '10.0.0.1:8080' },
  { it: 'that is the only one and has no name', ports: [{ port: 80 }], port: '', wants: '10.0.0.1:8080' },
  { it: 'that is not there', ports: named, port: '', wants: 'no service port "" found for service "s"' },
])("a Service's port $it", ({ ports, port, wants }) => {
  const target = { kind: 'service', namespace: 'n', name: 's', port, scheme: 'http' } as const;
  const ask = () => originOfService(directory(ports), seededRandom(1), target);
  if (wants.startsWith('no ')) expect(ask).toThrow(wants);
  else expect(`${ask().host}:${ask().port}`).toBe(wants);
});
