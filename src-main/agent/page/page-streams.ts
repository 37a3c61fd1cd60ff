import { isSystemRequest, serveSystem } from '../about/index.ts';
import { isAboutRequests, readRequestsMessage } from '../answering/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { PageFilesModule } from '../files/page/index.ts';
import { isIntroduction, type IntroductionsModule } from '../introductions/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { isUdpOffer, type UdpTransport } from '../webrtc/index.ts';
import { filesParams } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { parseTerminalParams } from '#shared/terminal/index.ts';

/** Parts of a page's agent that streams of peers reach. */
export type PageStreamsOptions = Readonly<{
  peers: Pick<PeerBook, 'hasConfirmedWords' | 'isSuspended' | 'setSystem'>;
  /** Answers offers of UDP paths; undefined: they are refused. */
  udp: Pick<UdpTransport, 'takeOffer'> | undefined;
  /** Takes introductions. */
  introductions: IntroductionsModule['introductions'];
  /** Called when a peer says that the rights of this device there have changed. */
  onFactsChanged(peerId: PeerId): void;
  /** Called when a peer has shared a terminal with this page, or ended that. */
  onNoticed(peerId: PeerId): void;
  /** Called when a peer says that other requests wait there now. */
  onRequestsChanged(peerId: PeerId): void;
  /** Takes files that this page has asked for. */
  files: Pick<PageFilesModule, 'serveFiles' | 'serveContents'>;
}>;

/**
 * Serves the streams that peers open to a page: they may ask what system it is, offer a direct path, introduce a machine
 * to it, say that they have shared a terminal with it or that other requests wait there, and send files that it has
 * asked for. A page gives nothing else, so everything else is refused, without asking.
 */
export function servePageStream(
  stream: IncomingStream,
  peerId: PeerId,
  { peers, udp, introductions, onFactsChanged, onNoticed, onRequestsChanged, files }: PageStreamsOptions,
): void {
  if (peers.isSuspended(peerId)) {
    stream.refuse('rights.denied', 'this device has suspended you');
    return;
  }
  if (stream.kind === 'rpc' && isSystemRequest(stream.params)) {
    const asked = serveSystem(stream, { compared: () => peers.hasConfirmedWords(peerId) });
    if (asked !== undefined) peers.setSystem(peerId, asked.system);
    if (asked?.changed === true) onFactsChanged(peerId);
    return;
  }
  if (stream.kind === 'rpc' && udp !== undefined && isUdpOffer(stream.params)) {
    void udp.takeOffer(stream, peerId);
    return;
  }
  if (stream.kind === 'rpc' && isIntroduction(stream.params)) {
    void introductions.serve(stream, peerId);
    return;
  }
  if (stream.kind === 'rpc' && isAboutRequests(stream.params)) {
    // A browser has no requests of its own that anyone could list or answer.
    if (readRequestsMessage(stream.params)?.action === 'changed') {
      answerPeer(stream, {});
      onRequestsChanged(peerId);
      return;
    }
  }
  if (stream.kind === 'rpc' && safeParse(filesParams, stream.params).success) {
    files.serveFiles(stream, peerId);
    return;
  }
  if (stream.kind === 'file') {
    files.serveContents(stream, peerId);
    return;
  }
  if (stream.kind === 'pty' && isNotice(stream.params)) {
    answerPeer(stream, {});
    onNoticed(peerId);
    return;
  }
  stream.refuse('rights.denied', 'a browser serves nothing');
}

function isNotice(params: unknown): boolean {
  try {
    return parseTerminalParams(params).action === 'notice';
  } catch {
    return false;
  }
}
