/**
 * Groups and kinds in them that no request ever depends on: Kubernetes' own, and a Scenario that lies beside its
 * manifests. Their objects are passed over in silence.
 */
const SILENT: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    '': [
      'ConfigMap',
      'Event',
      'LimitRange',
      'Node',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'PodTemplate',
      'ResourceQuota',
      'Secret',
      'ServiceAccount',
    ],
    'admissionregistration.k8s.io': [
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
    ],
    'apiextensions.k8s.io': ['CustomResourceDefinition'],
    'apiregistration.k8s.io': ['APIService'],
    apps: ['ControllerRevision'],
    'certificates.k8s.io': ['CertificateSigningRequest'],
    'coordination.k8s.io': ['Lease'],
    'drymesh.dev': ['Scenario'],
    'events.k8s.io': ['Event'],
    'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
    'networking.k8s.io': ['IngressClass'],
    'node.k8s.io': ['RuntimeClass'],
    policy: ['PodDisruptionBudget', 'PodSecurityPolicy'],
    'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    'scheduling.k8s.io': ['PriorityClass'],
    'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
  }).map(([group, kinds]) => [group, new Set(kinds)]),
);

/** Whether objects of the kind carry no traffic and steer none. */
export function isSilentKind(group: string, kind: string): boolean {
  return SILENT.get(group)?.has(kind) ?? false;
}
