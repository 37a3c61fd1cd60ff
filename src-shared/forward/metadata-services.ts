/**
 * Networks of cloud metadata services, which hand out a machine's credentials to any program on it. Neither peers' forwards through this machine
 * (`protected-networks.ts`) nor direct links (`dialable.ts`) connect to them. Services at link-local addresses, in 169.254.0.0/16 and fe80::/10, are
 * not listed, because both refuse all of those: Amazon, Azure, Google, DigitalOcean, Hetzner and OpenStack at 169.254.169.254, Amazon ECS and EKS at
 * 169.254.170.2 and .23, Scaleway at 169.254.42.42, Tencent at 169.254.0.23, Rancher at 169.254.169.250, OpenStack at fe80::a9fe:a9fe.
 */
export const METADATA_NETWORKS: readonly string[] = [
  '192.0.0.192/32', // Oracle, classic
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure: the host of a machine
  'fd00:ec2::/32', // Amazon: metadata ::254, EKS ::23, resolver, time
  'fd20:ce::254/128', // Google
  'fd00:42::42/128', // Scaleway
  'fd00:c1::a9fe:a9fe/128', // Oracle
  'fd00:a9fe:a9fe::/64', // Akamai ::1, and others ::254
  'fd00:100::100:200/128', // Alibaba
];

/**
 * Host names of metadata services, normalised. Other names that resolve to such a service are recognised by their address. Used by
 * `protected-networks.ts` only; direct links never look up names.
 */
export const METADATA_NAMES: readonly string[] = [
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'metadata.packet.net',
  'instance-data',
  'instance-data.ec2.internal',
  'rancher-metadata',
];
