import type { Translation } from '../translation.ts';

export const APPROVALS_TEXTS = {
  'approvals.title': 'Genehmigungen',
  'approvals.description':
    'Nichts wird hier je durch Zeitablauf angenommen. Was Sie nicht beantworten, wird abgelehnt.',
  'approvals.loading': 'Es wird gefragt, was wartet',
  'approvals.waiting': 'Wartet auf Sie',
  'approvals.empty.title': 'Nichts wartet auf Sie',
  'approvals.empty.text':
    'Wenn ein Rechner etwas möchte, das er nicht von sich aus darf, zum Beispiel hier ein Terminal öffnen, erscheint es hier mit genauer Angabe. Ebenso, was an Ihren Gateways wartet: Geräte, Befehle, Plugins. Geben Sie einem Rechner unter „Peers“ ein Recht auf Dauer, oder lassen Sie sich jedes Mal fragen.',
  'approvals.empty.action': 'Peers ansehen',

  'approvals.request.right.terminal': 'bittet um ein Terminal auf diesem Rechner',
  'approvals.request.right.relay': 'möchte über diesen Rechner einen anderen Ihrer Rechner erreichen',
  'approvals.request.right.forward': 'möchte über diesen Rechner eine Adresse erreichen',
  'approvals.request.right.prompt': 'möchte über diesen Rechner OpenClaw nutzen',
  'approvals.uncompared':
    'Die vier Wörter von {{name}} hat hier niemand verglichen: Es kann ein anderer Rechner sein, als Sie meinen. Vergleichen Sie sie zuerst; danach können Sie dies zulassen.',
  'approvals.compare': 'Wörter vergleichen',
  'approvals.wants': 'Was genau',
  'approvals.asked': 'Gefragt: {{at}}',
  'approvals.answer-until': 'Antwort bis {{until}}',
  'approvals.over': 'Die Zeit ist um. Die Anfrage wurde abgelehnt.',
  'approvals.safety-number': 'Sicherheitsnummer',
  'approvals.safety-number.of': 'Sicherheitsnummer mit {{name}}',
  'approvals.arrived': 'Neue Anfrage: {{name}} {{request}}.',

  'approvals.approve': 'Genehmigen',
  'approvals.approve.once': 'Einmal genehmigen',
  'approvals.approve.target': 'Dieses Ziel immer erlauben',
  'approvals.target.scope':
    'Einmal: dieses Ziel, bis die Verbindung zu {{name}} endet, höchstens eine Stunde lang. Immer: Sie werden nach diesem Ziel nicht mehr gefragt, nach jedem anderen schon; zurücknehmen können Sie es unter „Peers“, „Rechte“.',
  'approvals.not-now': 'Jetzt nicht',
  'approvals.ignore': 'Dauerhaft ignorieren',
  'approvals.answer': 'Ihre Antwort',
  'approvals.remember.right.terminal': 'Terminals auch künftig erlauben',
  'approvals.remember.right.relay': 'Auch künftig durchlassen',
  'approvals.remember.right.relay.explain':
    'Gilt zusammen mit „Genehmigen“: Zu {{name}} werden Sie nicht mehr gefragt. Was durchläuft, ist versiegelt, auch für diesen Rechner. Zurücknehmen können Sie es unter „Peers“.',
  'approvals.remember.right.prompt': 'OpenClaw auch künftig nutzen lassen',
  'approvals.remember.right.prompt.explain':
    'Gilt zusammen mit „Genehmigen“: Zu {{name}} werden Sie nicht mehr gefragt, was auch immer es einem Agenten aufträgt. Zurücknehmen können Sie es unter „Peers“.',
  'approvals.remember.right.terminal.explain':
    'Gilt zusammen mit „Genehmigen“: Zu {{name}} werden Sie nicht mehr gefragt, was auch immer es ausführt und in welchem Ordner. Zurücknehmen können Sie es unter „Peers“.',

  'approvals.ignore.title': '{{name}} dauerhaft ignorieren?',
  'approvals.ignore.right.relay':
    'Diese und alle späteren Anfragen von {{name}}, über diesen Rechner zu gehen, werden sofort abgelehnt, ohne dass Sie es erfahren. Was jetzt durchläuft, bricht ab.',
  'approvals.ignore.right.forward':
    'Diese und alle späteren Anfragen von {{name}}, über diesen Rechner Adressen zu erreichen, werden sofort abgelehnt, ohne dass Sie es erfahren. Was Sie auf Dauer erlaubt haben, bleibt erlaubt.',
  'approvals.ignore.right.terminal':
    'Diese und alle späteren Anfragen von {{name}} nach einem Terminal werden sofort abgelehnt, ohne dass Sie es erfahren. Offene Terminals auf diesem Rechner enden.',
  'approvals.ignore.right.prompt':
    'Diese und alle späteren Anfragen von {{name}}, über diesen Rechner OpenClaw zu nutzen, werden sofort abgelehnt, ohne dass Sie es erfahren. Was dort dafür läuft, wird abgebrochen.',
  'approvals.ignore.undo': 'Rückgängig machen können Sie das unter „Peers“, „Rechte“.',
  'approvals.ignore.apply': 'Dauerhaft ignorieren',

  'approvals.answered.approved': 'Genehmigt: {{name}}.',
  'approvals.answered.denied': 'Dieses Mal abgelehnt: {{name}}.',
  'approvals.answered.ignored': 'Wird ab jetzt ignoriert: {{name}}.',
  'approvals.answered.expired': 'Die Zeit war um: {{name}} wurde abgelehnt.',
  'approvals.answered.withdrawn': '{{name}} fragt nicht mehr.',

  'approvals.history': 'Entschieden',
  'approvals.history.filter': 'Anzeigen',
  'approvals.history.all': 'Alle ({{total}})',
  'approvals.history.count': '{{state}} ({{total}})',
  'approvals.history.empty': 'Es wurde noch nichts entschieden.',
  'approvals.history.none': 'Nichts mit diesem Ergebnis.',
  'approvals.history.retry': 'Erneut abfragen',
  'approvals.history.whole_one': '{{count}} weiteres Zeichen anzeigen',
  'approvals.history.whole_other': '{{count}} weitere Zeichen anzeigen',
  'approvals.history.less': 'Weniger anzeigen',
  'approvals.requested.right.terminal': 'bat um ein Terminal',
  'approvals.requested.right.relay': 'wollte durchgelassen werden',
  'approvals.requested.right.forward': 'wollte eine Adresse erreichen',
  'approvals.requested.right.prompt': 'wollte OpenClaw nutzen',
  'approvals.history.more_one': '{{count}} weitere anzeigen',
  'approvals.history.more_other': '{{count}} weitere anzeigen',
  'approvals.state.approved': 'Genehmigt',
  'approvals.state.denied': 'Jetzt nicht',
  'approvals.state.ignored': 'Ignoriert',
  'approvals.state.expired': 'Abgelaufen',
  'approvals.state.withdrawn': 'Zurückgezogen',

  'approvals.fact.folder': 'Ordner',
  'approvals.fact.asked': 'Genannt als',
  'approvals.fact.program': 'Programm',
  'approvals.fact.user': 'Benutzer',
  'approvals.fact.shell': 'Shell',
  'approvals.fact.term': 'Terminaltyp',
  'approvals.fact.terminal': 'Terminal',
  'approvals.fact.viewer': 'Mit',
  'approvals.fact.device': 'Gerät',
  'approvals.fact.gateway': 'Gateway',
  'approvals.fact.session': 'Sitzung',
  'approvals.fact.method': 'Ruft auf',
  'approvals.fact.values': 'Werte',

  'wish.open': 'ein Terminal öffnen',
  'wish.take-up': 'ein laufendes Terminal wieder aufnehmen',
  'wish.list': 'seine Terminals auflisten',
  'wish.list-programs': 'seine Terminals auflisten, und was in ihnen läuft',
  'wish.share': 'ein Terminal teilen',
  'wish.run': 'ausführen: {{what}}',
  'wish.take-over': 'ein Terminal von {{what}} übernehmen',
  'wish.look-on': 'bei einem Terminal von {{what}} zusehen',
  'wish.pass': 'über dieses Gerät zu {{what}} gelangen',
  'wish.connect': 'verbinden mit {{what}}',
  'wish.datagrams': 'Datagramme senden an {{what}}',
  'wish.listen': 'Verbindungen annehmen an {{what}}',
} as const satisfies Translation;
