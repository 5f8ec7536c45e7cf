/** A gRPC method and the names of its messages. */
export interface MethodFacts {
  readonly path: string;
  readonly request: string;
  readonly response: string;
}

/** What is used of CRI, by service. */
const CRI: Readonly<Record<string, string>> = {
  RuntimeService: `Version Status RunPodSandbox StopPodSandbox RemovePodSandbox PodSandboxStatus ListPodSandbox
    CreateContainer StartContainer StopContainer RemoveContainer ListContainers ContainerStatus UpdateContainerResources
    ReopenContainerLog ExecSync Exec Attach PortForward ListContainerStats`,
  ImageService: 'ListImages ImageStatus PullImage RemoveImage',
};

/** All that a runtime is asked, by the method's name: CRI, and containerd's events. */
export const METHODS: ReadonlyMap<string, MethodFacts> = new Map([
  ...Object.entries(CRI).flatMap(([service, names]) =>
    names
      .split(/\s+/)
      .map((name): [string, MethodFacts] => [
        name,
        { path: `/runtime.v1.${service}/${name}`, request: `${name}Request`, response: `${name}Response` },
      ]),
  ),
  [
    'Subscribe',
    { path: '/containerd.services.events.v1.Events/Subscribe', request: 'SubscribeRequest', response: 'Envelope' },
  ],
]);
