/** The machine a terminal runs on: a peer, or the own machine of a gateway. */
export type Place = Readonly<{ kind: 'peer'; peerId: string }> | Readonly<{ kind: 'gateway'; gatewayId: string }>;

export function samePlace(left: Place, right: Place): boolean {
  return keyOf(left) === keyOf(right);
}

/** A text that no other place has. */
export function keyOf(place: Place): string {
  return place.kind === 'peer' ? `peer ${place.peerId}` : `gateway ${place.gatewayId}`;
}
