import type { TranslatedErrors } from '../load.ts';

export const PATHS_TEXTS: TranslatedErrors = {
  'direct.address': {
    what: 'Dort kann das andere Gerät nicht angewählt werden.',
    why: 'Direkte Verbindungen gehen nur zu privaten und öffentlichen Adressen anderer Rechner.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Sonst sehen Sie sich das Netzwerk des anderen Geräts an.',
  },
  'direct.connection-refused': {
    what: 'Das andere Gerät nimmt keine direkte Verbindung an.',
    why: 'Der Rechner ist da, aber ClawReach lauscht nicht an dieser Adresse, oder eine Firewall sagt Nein.',
    next: 'Prüfen Sie auf dem anderen Gerät, ob direkte Verbindungen erlaubt sind, und seine Firewall.',
  },
  'direct.unreachable': {
    what: 'Es gibt keinen direkten Weg zum anderen Gerät.',
    why: 'Die beiden Geräte sind in verschiedenen Netzwerken, oder eine Firewall oder ein Router liegt dazwischen.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Für einen direkten Weg müssen beide Geräte in einem Netzwerk sein, oder der Port des einen muss für das andere offen sein.',
  },
  'direct.timeout': {
    what: 'Es gibt keinen direkten Weg zum anderen Gerät.',
    why: 'Etwas auf dem Weg, meist eine Firewall, verschluckt die Verbindung.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Für einen direkten Weg öffnen Sie den Port des anderen Geräts in dessen Firewall.',
  },
  'direct.no-answer': {
    what: 'Unter der Adresse des anderen Geräts antwortet etwas, aber nicht so, wie es antworten würde.',
    why: 'Die Adresse gehört inzwischen einem anderen Rechner, oder das andere Gerät kennt dieses nicht mehr.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Prüfen Sie, ob beide Geräte noch gekoppelt sind.',
  },
  'direct.aborted': {
    what: 'Die direkte Verbindung wurde aufgegeben.',
    why: 'Sie wurde auf diesem Gerät abgebrochen, oder ein anderer Weg war schneller.',
    next: 'Nichts zu tun.',
  },
  'direct.listen': {
    what: 'Dieses Gerät kann keine direkten Verbindungen annehmen.',
    why: 'Das System lässt ClawReach weder an diesem noch an einem anderen Port auf Verbindungen lauschen.',
    next: 'Verbindungen über das Relay und solche, die dieses Gerät beginnt, funktionieren weiter. Sehen Sie in den Einstellungen der Firewall oder Sandbox nach.',
  },
  'udp.unavailable': {
    what: 'Dieses Gerät stellt keine Verbindungen über UDP her.',
    why: 'Der Teil, der das tut, ist hier nicht installiert oder nicht für diesen Rechner gemacht.',
    next: 'Nichts zu tun: Verbindungen über TCP und über das Relay funktionieren ohne ihn.',
  },
  'udp.peer-unavailable': {
    what: 'Das andere Gerät stellt keine Verbindungen über UDP her.',
    why: 'Der Teil, der das tut, ist dort nicht installiert, oder seine Version ist älter.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Sonst aktualisieren Sie ClawReach dort.',
  },
  'udp.off': {
    what: 'Das andere Gerät nimmt keine direkten Verbindungen an.',
    why: 'Es ist auf „Nur ausgehend“ eingestellt, oder für dieses Gerät nur auf das Relay.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Sonst ändern Sie das auf dem anderen Gerät.',
  },
  'udp.no-answer': {
    what: 'Durch die NATs zwischen den beiden Geräten führt kein Weg.',
    why: 'Eines der Netzwerke lässt kein UDP durch, oder beide geben jeder Verbindung einen anderen Port.',
    next: 'Nichts zu tun, solange das Relay funktioniert. Für einen direkten Weg öffnen Sie den TCP-Port eines der beiden Geräte.',
  },
  'udp.busy': {
    what: 'Das andere Gerät stellt schon so viele Verbindungen über UDP her, wie es darf.',
    why: 'Es wurde zu oft oder von zu vielen zugleich gefragt.',
    next: 'Nichts zu tun: Es wird von selbst erneut versucht.',
  },
  'udp.params': {
    what: 'Die beiden Geräte sind sich über eine Verbindung über UDP nicht einig.',
    why: 'Vielleicht haben sie verschiedene Versionen.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'udp.failed': {
    what: 'Die Verbindung über UDP kam nicht zustande.',
    why: 'Das System oder das andere Gerät hat sie beendet.',
    next: 'Nichts zu tun: Es wird von selbst erneut versucht.',
  },
  'udp.aborted': {
    what: 'Die Verbindung über UDP wurde aufgegeben.',
    why: 'Sie wurde auf diesem Gerät abgebrochen, oder ein anderer Weg war schneller.',
    next: 'Nichts zu tun.',
  },
  'via.params': {
    what: 'Das andere Gerät hat in unlesbarer Form um einen Weg hindurch gebeten.',
    why: 'Die beiden Geräte haben vielleicht verschiedene Versionen.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'via.self': {
    what: 'Ein Weg über ein anderes Gerät muss zu einem dritten führen.',
    why: 'Er sollte dorthin zurückführen, wo er begann, oder in der Mitte enden.',
    next: 'Nennen Sie drei verschiedene Geräte.',
  },
  'via.busy': {
    what: 'Das Gerät in der Mitte leitet schon so viel weiter, wie es darf.',
    why: 'Ein Gerät leitet höchstens 32 Verbindungen weiter, davon 8 für ein Gerät.',
    next: 'Versuchen Sie es später erneut, oder nehmen Sie ein anderes Gerät.',
  },
  'via.chain': {
    what: 'Das Gerät in der Mitte ist selbst nur über ein anderes zu erreichen.',
    why: 'Das erste Gerät eines Weges wird direkt oder über das Relay erreicht. Sonst könnten zwei Geräte gegenseitig auf den Weg über das andere warten.',
    next: 'Setzen Sie das Gerät davor, über das es läuft. Oder lassen Sie das Gerät in der Mitte automatisch erreichen (in seinen Wegdetails), oder wählen Sie ein anderes.',
  },
  'via.loop': {
    what: 'Ein Weg führt über jedes Gerät einmal.',
    why: 'Dasselbe Gerät wurde zweimal genannt, oder es sind zu viele.',
    next: 'Nennen Sie verschiedene Geräte in der Reihenfolge von hier zum anderen; höchstens vier.',
  },
  'via.hop-lost': {
    what: '{hop} ist von {before} aus nicht erreichbar.',
    why: '{hop} ist aus oder ohne Netzwerk, oder die beiden sind nicht miteinander gekoppelt.',
    next: 'Prüfen Sie {hop}; die Verbindung geht von selbst weiter, sobald es zurück ist. Oder wählen Sie einen anderen Weg.',
  },
  'via.unreachable': {
    what: 'Das Gerät in der Mitte erreicht das andere nicht.',
    why: 'Es ist nicht damit gekoppelt oder hat jetzt keine Verbindung dorthin.',
    next: 'Prüfen Sie, ob das andere Gerät online und mit dem in der Mitte gekoppelt ist.',
  },
  'via.refused': {
    what: 'Das Gerät in der Mitte leitet dieses nicht weiter.',
    why: '{message}',
    next: 'Bitten Sie, wer das Gerät in der Mitte benutzt, um das Recht zum Durchleiten.',
  },
  'via.no-answer': {
    what: 'Über das Gerät in der Mitte kam nichts zurück.',
    why: 'Das andere Gerät kennt dieses nicht, oder die Verbindung zwischen ihnen ist abgerissen.',
    next: 'Prüfen Sie, ob die beiden Geräte noch gekoppelt sind, und versuchen Sie es erneut.',
  },
  'via.aborted': {
    what: 'Der Weg über ein anderes Gerät wurde aufgegeben.',
    why: 'Sie wurde auf diesem Gerät abgebrochen, oder ein anderer Weg war schneller.',
    next: 'Nichts zu tun.',
  },
};
