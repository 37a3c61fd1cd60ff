/**
 * List of 2048 short, common English words, from which the pairing words are chosen. All languages use it, because people compare the words and need not
 * understand them. No two words share their first four letters, and none begins another. The order is part of the protocol.
 */
export const WORD_LIST: readonly string[] = `
abacus abbey ability able abroad absent acacia accent accord acid acorn acre across action actor adapt adder
address adjust admire adobe adopt adult advice aerial afford afloat agate agenda agile agree ahead aim airport
aisle alarm album alert algae alive alloy almond aloe alpine amber amend amount ample anchor angle animal ankle
annual answer antler anvil apart apple april apron aqua arbor arch arctic arena armor aroma arrow artist aspen
asset aster atlas attic auburn audio august aunt author autumn avenue avocado award awning axis azure baboon
baby bacon badge bagel bagpipe bake balance ball bamboo banana banjo barber bargain bark barley barn basalt
basil basket batch bath battery beach bead beagle beak beam bean bear beauty beaver become bedrock beech beetle
before begin behave beige belfry bell belong bench berry beside bestow better beyond bicycle bike bill bind
birch bird biscuit bison bitter blade blanket blaze blend bless blimp blink block blond bloom blue blush board
boat body bold bolt bonfire bonnet bonus book boost booth border borrow boss botany bottle boulder bounce bowl
boxer brain branch brave bread breeze brick bridge bright broad bronze brook brother brush bubble bucket budget
buffalo bugle build bulb bumper bundle bunny burger burrow bushel busy butter buzzard cabbage cabin cable cactus
cadet cafe cake calcium calf call calm camel camp canal candle canoe canvas canyon caramel carbon cardinal cargo
carpet carrot cart cashew castle catalog caution cave cedar ceiling celery cello cement center ceramic cereal
certain chain chalk change chapter charm chase cheese chef cherry chess chicken chief child chime chin chip
choice chrome cider cinema circle citrus city civic clam clap clarity classic claw clay clean clerk clever click
cliff climb clinic cloak clock cloth cloud clover clown club clue coach coal coast cobalt cobble cocoa code
coffee coin collar colony column comb comet common concert condor cone confirm connect consul contact cook cool
copper coral cord core corn cosmos cottage couch cougar count couple course cousin cover coyote crab cradle
craft crane crater crayon cream credit creek crest crew cricket crisp crop cross crow cruise crumb crust crystal
cube cuckoo cuff cumin curious current curtain curve cushion custom cycle cylinder cypress dahlia daily dairy
daisy damp dance daring dark dash data date daughter dawn day debate decade decide deck deed deep deer define
degree delight delta demand denim dental depart depth deputy derby desert design desk detail device dew diagram
dial diamond diary diesel differ digital dill dime dinner diploma direct disco dish distant ditch dive divide
dock doctor dollar dolphin domain dome donate donkey door dot double dove down dozen draft dragon drama draw
dream dress drift drill drive drop drum dry duck duke dune durable dusk dust duty dwarf dwell dye dynamic eager
eagle early earn earth easel easily east easy eat echo eclipse economy edge edible edit educate eel effect
effort eight elastic elbow elder elegant element eleven elf elite elk elm email ember embrace emerald emotion
employ emu enable enamel energy engine enjoy enough enter entire epic equal equip era escape essay estate
eternal evident exact example excite exhibit exit expand expert explore express extra fabric face factor fade
fair falcon fall family fancy farm fashion father faucet favor fawn feast feather feed feel fellow felt fence
fennel fern ferry fetch fiber fiction fiddle field fifteen figure file fill film filter final finch find finger
finish fire firm first fish fitness five fix flag flame flannel flash flat flavor fleet flex flight flint float
flock flood flora flour flow flute fly foam focus fog foil fold follow fond food foot forest fork formal fort
forum forward fossil found four fox fragile frame freckle free freight fresh friend fringe frisbee frog front
frost frozen fruit fudge fuel full funnel furnace future fuzzy gadget galaxy gallery game gander garage garden
garlic garment gas gate gather gauge gazelle gear gecko gem genius gentle genuine geology gesture geyser giant
gibbon gift giggle ginger giraffe give glacier glad glass gleam glide glimpse glitter globe gloss glove glow
glue gnome goat goblet gold golf gondola good goose gopher gorilla gourd gown grace grade grain grand grape
grass gravel great green grid grill grin grip grocery ground grove grow guard guava guess guide guitar gulf gull
guppy gust gypsum habit haiku half hall halo hammer hamster hand happy harbor hard hare harmony harp harvest
haven hawk hay hazel head health heart heat hedge heel height helium hello helmet help herb herd hermit hero
herring hexagon hiccup hickory hidden high hike hill hinge hippo history hive hobby hockey hold hole holiday
holly home honest hood hoof hook hope horizon horn horse host hotel hound hour house hover huge human humid
hummus hundred hurdle hurry hut hybrid hydrant hyphen ibex icicle icon idea idle igloo iguana image immune
impact import improve inch include index indigo indoor inform ingot inhale initial inlet inner input inquire
insect inside install intact intend invent invite inward iris iron island issue italic item ivory ivy jacket
jade jaguar january jargon jasmine javelin jaw jay jazz jeans jeep jelly jersey jewel jigsaw jingle job jockey
jog join joke jolly journal jubilee judge juice july jumbo jump june jungle junior jury just jute kale karate
kayak kebab keen keep kelp kennel kernel kettle kilt kimono kind king kiosk kitchen kite kitten kiwi knee knit
knob knock knot know koala label labor lace lack ladder ladle lagoon lake lamb lamp land lane lantern large lark
laser last late laugh launch laurel lava lawn layer leader leaf league lean learn leather lecture ledge leek
left legend lemon lend length lens lentil leopard lesson letter level liberty library license lichen lid life
lift light like lilac lily limb lime limit line lion lip liquid list liter little live lizard llama load loaf
lobby lobster local lock lodge lofty logic long look loom loop lotus loud lounge love loyal lucky luggage lumber
lunar lunch lush lute luxury lynx lyric machine magenta magic magnet mail main maize major make mallet mammal
manager mango manor mantle manual maple marble march margin marina market marmot maroon mars mask mason match
math matter mature maximum mayor maze meadow meal measure medal medium meet melody melt member memory mend menu
mercury merit merry mesh message metal meteor method metric middle mighty mild mile milk mill mimic mind mineral
minnow mint minute miracle mirror mist mitten moat mobile mocha model module moist molar mole moment monday
money monkey month moon moose moral morning mosaic moss motel mother motor mouse move movie mud muffin mug mule
mural muscle museum music muslin mustard mutual muzzle mystery myth nail name napkin narwhal nation natural navy
near neat nebula neck nectar needle nephew nerve nest neutral never next nickel niece night nimble nine noble
nod noise nomad noodle noon normal north nose notable note nothing notice nougat novel nozzle nuance nudge
number nurse nutmeg nylon oak oasis obey object oblong oboe observe obtain ocean ocelot octagon october odd
offer office often oil okay okra old olive omega omelet onion online onset onward onyx opal open opera opinion
opossum optic orange orbit orchard order oregano organ orient origin oriole ostrich other otter ounce outdoor
outer outfit oval oven over owl owner oxygen oyster ozone pace pack paddle page pagoda paint pajamas palace
palette palm panda panel panther papaya paper paprika parade parcel pardon parent park parrot parsley part pass
pasta patch path patient patrol pattern pause payment peace peanut pear pebble pecan pedal peel pelican pencil
penguin people pepper perch perfect perhaps permit person petal pewter phone photo phrase physics piano pick
picnic picture pier pigeon pillow pilot pinch pine pink pint pioneer pipe pitch pixel pizza place plain planet
plaster plate play plaza please plenty pliers plot plow plum plus plywood pocket podium poem poet point polar
polka polo pond pony pool popcorn poplar poppy popular port possum post potato pottery pouch pound powder power
prairie prefer premium prepare present pretty price pride primary prince prism private prize problem process
produce profit program project promise proof proper protect proud provide prune public pudding puffin pull pulp
pulse puma pump pupil puppet pure purple purse push puzzle pyramid python quail quality quantum quarter queen
query quest quick quiet quill quince quiver quiz quota rabbit raccoon rack radar radio raft rail rain raisin
rake rally ramp ranch random range rapid rattle raven ravine razor reach read real reason recall receive recipe
record recycle reduce reef refer reflect reform refuge regal region regular relax rely remain remote renew rent
repair repeat reply report rescue resin resort respect rest result retail return reveal review reward rhino
rhyme rhythm ribbon rice rich riddle ride ridge right rigid rim ring rinse ripple rise river road roast robin
robot robust rock rodeo roll romance roof rookie room rooster root rope rose rotate rough round rover row royal
rubber ruby rudder rule rumble runway rural rush rust rye sable saddle safari safe saffron saga sage sail salad
salmon salon salsa salt salute same sample sand sardine satchel satin saturn sauce sauna sausage savanna save
sawmill scale scarf scene school science scoop scope score scout scrap screen script seal search season second
secret section secure seed seek seesaw segment select self senior sense sequel series serve sesame session
settle seven sew shade shake shallow shampoo shape share shawl sheep shelf sherbet shield shift shine ship shirt
shoe shop shore shovel show shrimp shrub shuttle shy sibling side sierra sift sign silence silk silver similar
simple since sing siphon sister site six size sizzle skate sketch skill skin skip skirt skunk sky slate sleep
slice slide slim slogan slope slow small smart smell smile smoke smooth snack snail snake snap snow soap soccer
social sock soda sofa soft soil solar solid solo solve song sonic soon soprano sorrel sort sound soup source
south space spaniel spare speak special speech spell sphere spice spider spike spin spiral splash split spoke
sponge spoon sport spot spray spring spruce spur square stable stack stadium staff stage stair stamp stand
staple star state stay steak steel stem step stereo stick still stir stitch stock stone stool stop storm stove
straw street string strong student sturdy style submit subtle suburb subway success sudden sugar suggest suit
summer sunset super supply sure surf surge survey sushi swallow swan swap sweater sweet swift swim swing switch
symbol syrup system table tackle taco tactic tadpole tag tail take talent talk tall tandem tango task taste
tavern taxi teach team teapot technic teddy teeth tell temple tenant tender tennis tenor tent term terrace test
text thank thaw theater theme theory thermal thick thimble thing third thistle thorn thought thread thrive
throne thumb thunder thyme ticket tide tidy tiger tight tile tilt timber time tint tiny tip tire tissue titan
title toast today toddler toe toffee token tomato tone tongue tonight tool topaz topic torch tornado total
toucan tough tour towel town toy track trade traffic trail travel tray tree trek trend trial trick trident trim
trio triple trivia trolley trophy trout trowel truck true truffle trumpet trunk trust try tuba tube tuesday tuft
tulip tumble tuna tundra tune tunic tunnel turban turf turkey turnip turtle tusk tutor tuxedo twelve twenty twig
twin twirl twist two type typical ukulele ultra umpire uncle under unfold uniform union unique unit unlock
unusual update uphill uphold upper upright upset upward urban urchin useful usher usual utensil utmost utopia
vacant vacuum valid valley value valve vanilla vapor variety varnish vase vault vector vehicle veil vein velvet
vendor venture venue verify verse vessel vest veteran vibrant victory video view vigor villa vine vintage vinyl
viola virtue visa vision vista visual vital vivid vocal vogue voice volcano volley volt volume vortex vote
voyage vulture waffle wage wagon waist wait wake walk wall walnut walrus waltz wand want warbler ward warm warn
wasabi wash wasp watch water wave wax way wealth wear weasel weather weave web wedge week welcome weld well west
whale wheat wheel whisker wick wide widget wild willow wind wing winner winter wire wisdom wise wish witness
wizard wolf wombat wonder wood wool word work world worth woven wrap wreath wren wrestle wriggle wrinkle wrist
write yacht yak yam yard yarn yawn year yeast yellow yes yield yodel yoga yogurt yolk young youth yucca zeal
zebra zenith zephyr zero zest zigzag zinc zinnia zipper zircon zodiac zone zoom
`
  .trim()
  .split(/\s+/);
