import type { WebRtcDescription } from './types.ts';

const FRAGMENT = /^[A-Za-z0-9+/]{4,32}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,64}$/;
const FINGERPRINT = /^[0-9a-f]{64}$/;

/** Largest message on the data channel, bytes. */
export const LONGEST_MESSAGE = 64 * 1024;

/**
 * Reports whether the three texts of a peer's description are well-formed. The agent checks each received description by this function, before
 * `composeSdp` puts the texts into a session description (SDP) for the WebRTC library. Pure.
 */
export function isDescription({ fragment, password, fingerprint }: WebRtcDescription): boolean {
  return FRAGMENT.test(fragment) && PASSWORD.test(password) && FINGERPRINT.test(fingerprint);
}

/** Reads this side's description from the SDP (RFC 8866) of the WebRTC library; undefined if it is malformed. Used by `LibraryConnection`. Pure. */
export function readDescription(sdp: string): WebRtcDescription | undefined {
  const line = (name: string): string => new RegExp(`^a=${name}:(.+?)\\r?$`, 'mu').exec(sdp)?.[1]?.trim() ?? '';
  const [algorithm = '', digest = ''] = line('fingerprint').split(' ');
  const description = {
    fragment: line('ice-ufrag'),
    password: line('ice-pwd'),
    fingerprint: digest.replaceAll(':', '').toLowerCase(),
  };
  return algorithm.toLowerCase() === 'sha-256' && isDescription(description) ? description : undefined;
}

/**
 * Composes an SDP with one data channel (RFC 8841) from a checked description, so that the library's parser gets no other text of a peer. Used by
 * `LibraryConnection`. Pure.
 */
export function composeSdp({ fragment, password, fingerprint }: WebRtcDescription, type: 'offer' | 'answer'): string {
  const digest = (fingerprint.toUpperCase().match(/../gu) ?? []).join(':');
  return [
    'v=0',
    'o=clawreach 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=msid-semantic:WMS *',
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    `a=ice-ufrag:${fragment}`,
    `a=ice-pwd:${password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${digest}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=sctp-port:5000',
    `a=max-message-size:${LONGEST_MESSAGE}`,
    '',
  ].join('\r\n');
}
