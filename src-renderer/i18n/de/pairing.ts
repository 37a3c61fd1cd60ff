import type { Translation } from '../translation.ts';

export const PAIRING_TEXTS = {
  'pairing.choose.title': 'Mit einem anderen Rechner koppeln',
  'pairing.choose.text': 'Einer der beiden zeigt einen Code, der andere gibt ihn ein.',
  'pairing.choose.join': 'Mit einem anderen Rechner verbinden',
  'pairing.choose.join.text': 'Den Code oder Link eingeben, den er zeigt, oder den QR-Code scannen.',
  'pairing.choose.invite': 'Einen anderen Rechner zu diesem verbinden lassen',
  'pairing.choose.invite.text': 'Hier einen Code, einen Link und einen QR-Code anzeigen.',

  'pairing.back': 'Zurück',
  'pairing.cancel': 'Abbrechen',
  'pairing.close': 'Schließen',
  'pairing.allow': 'Er darf hier Terminals öffnen',
  'pairing.allow.off': 'Aus: Jedes Mal, wenn er eines möchte, werden Sie erst gefragt. Das lässt sich später ändern.',
  'pairing.allow.on':
    'Ein: ohne Rückfrage, sobald Sie bestätigt haben, dass die vier Wörter übereinstimmen. Das lässt sich später ändern.',

  'pairing.invite.title': 'Einen anderen Rechner verbinden lassen',
  'pairing.invite.forms': 'Form der Einladung',
  'pairing.invite.form.code': 'Code',
  'pairing.invite.form.link': 'Link und QR-Code',
  'pairing.invite.preparing.code': 'Code wird erstellt…',
  'pairing.invite.preparing.link': 'Link wird erstellt…',
  'pairing.invite.code.spoken': 'Kopplungscode {{code}}',
  'pairing.invite.code.text':
    'Geben Sie ihn auf dem anderen Rechner unter „Mit einem anderen Rechner verbinden“ ein. Er gilt für einen Versuch.',
  'pairing.invite.code.copy': 'Code kopieren',
  'pairing.invite.link': 'Einladungslink',
  'pairing.invite.link.text':
    'Scannen Sie ihn mit dem anderen Rechner, oder senden Sie den Link. Wer ihn hat, kann sich einmal mit diesem Rechner koppeln: Nutzen Sie einen Weg, dem Sie vertrauen.',
  'pairing.invite.link.copy': 'Link kopieren',
  'pairing.invite.qr': 'QR-Code des Einladungslinks',
  'pairing.invite.relay': 'Der andere Rechner muss dasselbe Relay verwenden: {{url}}. Ein Link bringt es mit.',
  'pairing.invite.pin': 'Pin des Relays',
  'pairing.invite.pin.text': 'Der andere Rechner fragt, ob er derselbe ist.',
  'pairing.invite.pin.copy': 'Pin kopieren',
  'pairing.invite.waiting': 'Wartet auf den anderen Rechner',
  'pairing.invite.expired.code': 'Dieser Code ist abgelaufen.',
  'pairing.invite.expired.link': 'Dieser Link ist abgelaufen.',
  'pairing.invite.expired.text': 'Niemand hat ihn benutzt, und niemand kann es mehr.',
  'pairing.invite.new.code': 'Neuen Code erstellen',
  'pairing.invite.new.link': 'Neuen Link erstellen',
  'pairing.invite.minutes_one': 'Noch eine Minute gültig.',
  'pairing.invite.minutes_other': 'Noch {{count}} Minuten gültig.',

  'pairing.progress': 'Fortschritt',
  'pairing.progress.found': 'Der andere Rechner wird gesucht',
  'pairing.progress.joined': 'Beide weisen nach, dass sie denselben Code haben',
  'pairing.progress.confirming': 'Beide Seiten bestätigen',
  'pairing.progress.done': 'erledigt',
  'pairing.progress.current': 'läuft',

  'pairing.join.title': 'Mit einem anderen Rechner verbinden',
  'pairing.join.field': 'Code oder Link',
  'pairing.join.hint':
    'Der andere Rechner zeigt ihn unter „Einen anderen Rechner verbinden lassen“ oder nach dem Befehl clawreach pair.',
  'pairing.join.hint.link':
    'Ein Link von {{device}} über das Relay {{relay}}. Bevor Sie „Verbinden“ drücken, wird nichts kontaktiert.',
  'pairing.join.hint.code': 'Ein vollständiger Code.',
  'pairing.join.invalid.code': 'Ein Code hat acht Buchstaben und Ziffern, etwa ABCD-1234, und nie ein U.',
  'pairing.join.invalid.link': 'Dieser Link ist unvollständig. Kopieren Sie ihn ganz, von clawreach:// bis zum Ende.',
  'pairing.join.incomplete': 'Ein Code hat acht Buchstaben und Ziffern.',
  'pairing.join.empty': 'Geben Sie zuerst den Code oder Link ein.',
  'pairing.join.submit': 'Verbinden',
  'pairing.join.needs-relay':
    'Ein Code braucht ein Relay, an dem sich die beiden Rechner treffen, und hier ist noch keines eingerichtet. Danach werden Sie als Nächstes gefragt. Ein Link bringt sein eigenes mit.',

  'pairing.way.again': 'Erneut versuchen',
  'pairing.way.link': 'Stattdessen einen Link erstellen',
  'pairing.way.other-code': 'Anderen Code eingeben',
  'pairing.way.correct': 'Noch einmal ansehen',
  'pairing.way.relay': 'Relay einrichten',
  'pairing.way.relay.pin': 'Pin vergleichen',
  'pairing.way.relay.token': 'Token eingeben',
  'pairing.way.invite-here': 'Von diesem Rechner aus einladen',

  'pairing.words.title': 'Vergleichen Sie die vier Wörter',
  'pairing.words.text': 'Auch der Bildschirm von {{name}} zeigt vier Wörter. Vergleichen Sie sie mit diesen.',
  'pairing.words.label': 'Vier Wörter: {{words}}',
  'pairing.words.differ.text':
    'Wenn sie sich unterscheiden, steht vielleicht jemand dazwischen. Drücken Sie „Sie unterscheiden sich“: {{name}} wird sofort vergessen.',
  'pairing.words.allow': 'Mit „Sie stimmen überein“ darf {{name}} hier Terminals öffnen.',
  'pairing.words.match': 'Sie stimmen überein',
  'pairing.words.differ': 'Sie unterscheiden sich',

  'pairing.forgotten.title': 'Nicht gekoppelt',
  'pairing.forgotten.text': '{{name}} wurde vergessen und kann hier nichts mehr erreichen.',
  'pairing.forgotten.why':
    'Verschiedene Wörter bedeuten, dass jemand zwischen den beiden Rechnern stand oder dass der andere Bildschirm eine andere Kopplung zeigt.',
  'pairing.forgotten.next':
    'Drücken Sie auch auf dem anderen Rechner „Sie unterscheiden sich“. Koppeln Sie dann mit einem Link, den niemand erraten kann, und senden Sie ihn auf einem Weg, dem Sie vertrauen.',
  'pairing.forgotten.link': 'Link erstellen',

  'pairing.done.title': 'Gekoppelt',
  'pairing.done.text': '{{name}} ist jetzt einer Ihrer Rechner.',
  'pairing.done.name': 'Name hier',
  'pairing.done.name.hint': 'Nur Sie sehen diesen Namen.',
  'pairing.done.name.invalid': 'Ein Name hat 1 bis 64 sichtbare Zeichen.',
  'pairing.done.name.saved': 'Name gespeichert.',
  'pairing.rights.allow': 'Er darf hier Terminals öffnen.',
  'pairing.rights.ask': 'Er darf hier nichts, ohne Sie zu fragen.',
  'pairing.rights.deny': 'Er darf hier keine Terminals öffnen.',
  'pairing.done.terminal': 'Terminal öffnen',
  'pairing.done.close': 'Fertig',

  'pairing.leave.text': 'Die Kopplung läuft noch. Abbrechen?',
  'pairing.leave.stay': 'Fortfahren',
  'pairing.leave.stop': 'Kopplung abbrechen',
  'pairing.leave.words':
    'Sie haben nicht gesagt, ob die Wörter übereinstimmen. {{name}} bleibt gekoppelt, wenn Sie dies schließen. {{rights}}',
  'pairing.leave.words.stay': 'Vergleichen',
  'pairing.leave.words.stop': 'Trotzdem schließen',

  'relay.step.title': 'Wo treffen sich die Rechner?',
  'relay.step.invite':
    'Zwei Rechner finden sich an einem Relay. Es gibt weiter, was sie senden, und kann nichts davon lesen. Geben Sie an, welches verwendet wird; der andere Rechner muss dasselbe verwenden.',
  'relay.step.join':
    'Ein Code gilt über das Relay des Rechners, der ihn zeigt. Geben Sie hier dessen Adresse ein; was Sie eingetippt haben, bleibt erhalten. Ein Link bringt sein Relay mit.',
  'relay.step.own': 'Ein Relay verwenden',
  'relay.step.host': 'Hier eines betreiben',
  'relay.step.ways': 'Welches Relay',
  'relay.form.url': 'Adresse des Relays',
  'relay.form.url.hint': 'Etwa relay.example.org. Der Port ist 7474, wenn Sie keinen anderen angeben.',
  'relay.form.url.valid': 'Verbindet mit {{url}}.',
  'relay.form.url.empty': 'Geben Sie die Adresse eines Relays ein.',
  'relay.form.url.form': 'Eine Adresse ist wss://host oder wss://host:port und nichts weiter.',
  'relay.form.url.host': 'Das ist weder der Name noch die Adresse eines Rechners.',
  'relay.form.url.port': 'Ein Port liegt zwischen 1 und 65535.',
  'relay.form.insecure': 'Ohne Verschlüsselung verwenden',
  'relay.form.insecure.text':
    'Mit ws:// sieht jeder auf dem Weg zu {{host}}, welche Geräte miteinander sprechen, wann und wie viel. Was sie sagen, bleibt verschlüsselt. Nur für ein Netzwerk, dem Sie vertrauen.',
  'relay.form.insecure.needed': 'Verwenden Sie wss://, oder schalten Sie dies ein, wenn Sie dem Netzwerk vertrauen.',
  'relay.form.admission': 'Zulassungstoken',
  'relay.form.admission.hint':
    'Nur beim ersten Mal nötig; das Relay hat es beim Start ausgegeben. Lassen Sie das Feld leer, wenn keines gebraucht wird.',
  'relay.form.admission.guest': 'Zum Beitreten mit einem Code nicht nötig: Der andere Rechner bringt diesen hinein.',
  'relay.form.pin': 'Pin des Zertifikats',
  'relay.form.pin.hint':
    'Nur für ein Relay mit eigenem Zertifikat. Bleibt das Feld leer, wird Ihnen der Pin gezeigt, und Sie werden gefragt.',
  'relay.form.pin.invalid': 'Ein Pin hat 64 Ziffern von 0 bis f.',
  'relay.form.submit': 'Dieses Relay verwenden',
  'relay.form.connecting': 'Verbindung zum Relay wird hergestellt…',
  'relay.form.cancel': 'Anhalten',
  'relay.form.trust': 'Zeigt es denselben Pin?',
  'relay.form.trust.text':
    'Das Relay hat ein eigenes Zertifikat, für das keine Stelle bürgt. Vergleichen Sie diesen Pin mit dem, den es beim Start ausgegeben hat:',
  'relay.form.trust.yes': 'Er ist gleich',
  'relay.form.trust.no': 'Er ist anders',
  'relay.form.trust.different':
    'Dann ist das nicht das Relay, das Sie meinen, oder jemand steht dazwischen. Es wurde nichts dorthin gesendet.',
  'relay.form.without': 'Ohne Token fortfahren',
  'relay.form.without.text': 'Einem Rechner, der schon dort ist, können Sie trotzdem beitreten.',

  'relay.form.connected': 'Das Relay ist verbunden.',

  'relay.host.text':
    'Betreibt ein Relay als Teil dieser Anwendung, solange sie offen ist. Gut für Rechner im selben Netzwerk, oder wenn dieser Rechner einen öffentlichen Namen hat.',
  'relay.host.instead':
    'Dieser Rechner verwendet es dann anstelle von {{url}} und kehrt dorthin zurück, wenn Sie es anhalten. Bis dahin erreichen Rechner, die jenes Relay verwenden, diesen nur auf direktem Weg.',
  'relay.host.stop.then':
    'Ist es angehalten, hat dieser Rechner kein Relay, bis Sie es wieder starten oder das Relay wechseln.',
  'relay.host.stop.back':
    'Halten Sie es an, kehrt dieser Rechner zu {{url}} zurück, dem Relay von vorher. Rechner, die das Relay hier verwenden, erreichen diesen dann nur noch auf direktem Weg.',
  'relay.host.stop.other':
    'Halten Sie es an, bleibt dieser Rechner bei {{url}}. Rechner, die das Relay hier verwenden, erreichen einander dann nur noch auf direktem Weg.',
  'relay.host.running.other': 'Das Relay läuft hier. Dieser Rechner selbst verwendet ein anderes, {{url}}.',
  'relay.host.stop.and-back': 'Relay anhalten und zurückkehren',
  'relay.host.before': 'Eingestellt ist das Relay, das auf diesem Rechner lief. Vorher war es {{url}}.',
  'relay.host.go-back': 'Zu jenem Relay zurückkehren',
  'relay.host.went-back': 'Dieser Rechner verwendet wieder {{url}}.',
  'relay.host.start': 'Hier ein Relay starten',
  'relay.host.starting': 'Relay wird gestartet…',
  'relay.host.running': 'Das Relay läuft hier, und dieser Rechner verwendet es.',
  'relay.host.others': 'Andere Rechner brauchen einmal dies:',
  'relay.host.address_one': 'Adresse',
  'relay.host.address_other': 'Adressen: eine davon, die der andere Rechner erreicht',
  'relay.host.address.copy': 'Adresse kopieren',
  'relay.host.pin': 'Pin',
  'relay.host.pin.copy': 'Pin kopieren',
  'relay.host.admission': 'Zulassungstoken',
  'relay.host.admission.copy': 'Token kopieren',
  'relay.host.admission.text': 'Nur für Rechner, die nicht mit Link oder Code eingeladen werden.',
  'relay.host.stop': 'Relay anhalten',
  'relay.host.continue': 'Weiter',
  'relay.host.retry': 'Erneut versuchen',
} as const satisfies Translation;
