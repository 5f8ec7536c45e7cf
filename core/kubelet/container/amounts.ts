import { milliNumber, wholeNumber } from '#core/machinery/quantity';
import type { Container } from '../api.ts';
import type { ContainerResources } from '../runtime.ts';

/** Microseconds. Upstream: pkg/kubelet/cm/helpers_linux.go. */
export const PERIOD = 100_000;
const LEAST_QUOTA = 1000;
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;

/** `milli`: thousandths of a processor. */
export const sharesOf = (milli: number): number =>
  Math.min(MOST_SHARES, Math.max(LEAST_SHARES, Math.floor((milli * 1024) / 1000)));
/** Zero: no limit. */
export const quotaOf = (milli: number): number =>
  milli === 0 ? 0 : Math.max(LEAST_QUOTA, Math.floor((milli * PERIOD) / 1000));

/** Thousandths of a processor in a list of resources. */
export const milli = (of: Readonly<Record<string, string>> | undefined): number =>
  of?.['cpu'] === undefined ? 0 : milliNumber(of['cpu']);
/** Bytes of memory in one. */
export const bytes = (of: Readonly<Record<string, string>> | undefined): number =>
  of?.['memory'] === undefined ? 0 : wholeNumber(of['memory']);

/** What a container gets by its requests and limits. Zero: no limit. */
export function containerAmounts({
  resources,
}: Container): Pick<ContainerResources, 'cpuShares' | 'cpuQuota' | 'memoryLimit'> {
  const { requests, limits } = resources ?? {};
  // A limit without a request asks for as much as it may have.
  const asked = requests?.['cpu'] === undefined ? milli(limits) : milli(requests);
  return { cpuShares: sharesOf(asked), cpuQuota: quotaOf(milli(limits)), memoryLimit: bytes(limits) };
}
