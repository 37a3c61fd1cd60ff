import { describe, expect, it } from 'vitest';
import { exitCode } from '#cli/commands/terminals/connect.ts';
import { EXIT, exitCodeOf } from '#cli/exit-codes.ts';

describe('exit codes', () => {
  it.each([
    ['usage.command-line', 2],
    ['relay.unset', 2],
    ['relay.not-configured', 2],
    ['relay.no-before', 2],
    ['relay.hosted-off', 6],
    ['relay.hosted-off-before', 6],
    ['relay.pin', 2],
    ['pairing.code-format', 2],
    ['control.not-running', 3],
    // 1 would say that a message is still under way.
    ['message.unknown', 2],
    ['message.json', 2],
    ['message.key', 2],
    ['message.pairs', 5],
    ['peer.unknown', 4],
    ['peer.offline', 4],
    ['peer.key-changed', 7],
    ['link.key-changed', 7],
    ['handshake.damaged', 4],
    ['relay.refused.offline', 4],
    ['relay.refused.refused', 5],
    ['rights.denied', 5],
    ['approval.denied', 5],
    ['approval.expired', 5],
    ['relay.unreachable', 6],
    ['relay.dns', 6],
    ['relay.untrusted', 8],
    ['relay.pin-mismatch', 7],
    ['relay.other-pin', 7],
    ['relay.admission-needed', 7],
    ['relay.nameplate', 7],
    ['relay.mailbox', 1],
    ['handshake.wrong-peer', 7],
    ['pairing.wrong-code', 7],
    ['pairing.expired', 1],
    ['pairing.unreachable', 4],
    ['pairing.not-there', 7],
    ['forward.port-in-use', 1],
    ['forward.unknown', 1],
    ['forward.no-password', 2],
    ['forward.linking', 4],
    ['forward.denied', 5],
    ['forward.protected', 5],
    ['ssh.unreachable', 1],
    ['ssh.host-key-changed', 7],
    ['ssh.host-key-unknown', 8],
    ['relay-server.host-key-unknown', 8],
    ['ssh.login-refused', 7],
    ['gateway.unknown', 4],
    ['gateway.handover-local', 2],
    ['gateway.token-wrong', 7],
    ['gateway.fingerprint-unknown', 8],
    ['gateway.fingerprint-changed', 7],
    ['gateway.scope', 5],
    ['terminal.command-not-found', 127],
    ['internal', 1],
    ['rightsizing.odd', 1],
    ['', 1],
  ])('of %s is %i', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });

  it('are the documented numbers', () => {
    expect(EXIT).toEqual({
      ok: 0,
      failure: 1,
      usage: 2,
      agentNotRunning: 3,
      peerUnavailable: 4,
      refused: 5,
      relayUnreachable: 6,
      authentication: 7,
      undecided: 8,
      fault: 70,
      programNotFound: 127,
      interrupted: 130,
      notConnected: 255,
    });
  });

  it.each([
    [0, null, 0],
    [7, null, 7],
    [255, null, 255],
    [null, 'SIGTERM', 143],
    [null, 'KILL', 137],
    [null, '15', 143],
    [0, 'SIGHUP', 129],
    [null, 'SIGNOSUCH', 1],
    [null, null, 1],
    [256, null, 255],
    [0xc000_0000, null, 255],
    [3, '128', 3],
    [3, '0', 3],
  ])('of a remote program that ended with %s, %s is %i', (code, signal, exit) => {
    expect(exitCode(code, signal)).toBe(exit);
  });
});
