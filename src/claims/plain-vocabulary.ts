/**
 * The plain words in which a log is read: they place, name, join and count nothing by themselves. A closed list that grows
 * by words; what claims something is in the lexicon, and what a log calls its own comes from the evidence.
 */
const LINES = [
  // Small words.
  "a an the this that these those it its itself they them their theirs one ones other others another each every both either neither such same own all any some several few many more most less least none no not nor never n't",
  'and or but while whereas although though yet so than then as if when where which who whose what how because since',
  'of in on at by for from to into onto with without within over under above below between among amongst across through throughout during before after behind beside besides against along around beyond until till up down off out per via near toward towards upon about like unlike despite except apart instead',
  "is are was were be been being has have had having does do did doing done can could may might must will would shall should cannot isn't aren't wasn't weren't doesn't don't didn't hasn't haven't",
  'also again already always away back else even ever first further furthermore hence here however just last later latest likewise meanwhile now often once only otherwise overall rather respectively still there thereby therefore though together too twice well yet very much far almost nearly roughly slightly somewhat barely well just apart alone compared relative according namely including excluding only instead quite so by itself directly exactly rounding',
  // Verbs of reading.
  'log logs logged logging record records recorded reach reaches reached reaching end ends ended ending start starts started starting begin begins began take takes took taken taking need needs needed run runs ran running train trains trained training fit fits fitted fitting use uses used using give gives gave given get gets got have hold holds held show shows showed shown list lists listed contain contains contained include includes included stand stands stood lie lies lay lying stay stays stayed staying remain remains remained come comes came go goes went move moves moved range ranges ranged span spans spanned cover covers covered score scores scored achieve achieves achieved attain attains attained evaluate evaluates evaluated test tests tested compare compares compared repeat repeats repeated leave leaves left make made keep keeps kept set sets turn turns put report reports reported return returns returned see sees saw seen find finds found finish finishes finished fail fails failed print prints read reads mark marked name names named call called lead leads led follow follows followed change changes changed vary varies varied differ differs differed share shares shared belong belongs belonged predict predicts predicted predicting sample sampled apply applied add adds added drop drops dropped pass passes passed receive received feed fed carry carries carried land lands landed settle settled sit sits sat hover exclude excludes excluded miss misses missing missed log exist exists existed appear appears appeared tell tells told say says said',
  'form forms formed combine combines combined separate separates separated raise raising raised lower lowering cut cutting bottom bottomed count counts counted versus vs side top serve serves served occur occurs occurred produce produces produced yield yields average averages process processed load loads loaded store stored split splits build built',
  // What a log is made of.
  'ranks ranked ranking written changing limiting setting adding removing raising lowering fitting refitting turned constraint run runs job jobs trial trials experiment experiments session day days table row rows column columns value values metric metrics figure figures measure measures score scores result results outcome outcomes log logs tracker curve curves series point points step steps epoch epochs iteration iterations round rounds time times duration runtime length start end beginning course minute minutes second seconds hour hours',
  'model models architecture architectures arch network networks net layer layers unit units depth width size sizes head heads batch batches rate rates learning ratio ratios weight weights decay dropout seed seeds setting settings parameter parameters hyperparameter hyperparameters configuration configurations config setup setups variant variants version versions choice option level levels value method methods approach family families kind type',
  'data dataset datasets set sets split splits fold folds sample samples example examples case cases record target targets label labels input inputs feature features variable variables column columns station stations source sources series sequence horizon window period periods season',
  'train training validation validating val test testing evaluation eval holdout held-out loss losses error errors accuracy precision recall score auc f1 log fit leaf leaves tree trees neighbour neighbours neighbor neighbors',
  'mean means average averages median deviation standard spread range variation variance gap gaps difference differences change changes distance margin sum total count number numbers share portion part parts rest half side sides order place rank ranks ranked position amount extent',
  'group groups replicate replicates repeat repeats repetition repetitions pair pairs contrast contrasts comparison comparisons baseline baselines control controls reference counterpart counterparts candidate finalist sweep minimal factor',
  'name names id ids commit commits user users status statuses state tag tags code branch file files url note notes entry word words question field fields reason',
  // Kinds and places.
  'logged recorded available missing absent present empty full plain new old earlier later previous next following former latter final initial early late own single separate remaining certain given respective corresponding different same similar equal identical other true false known unknown named unnamed short long small large low high smaller larger lower higher raw default random fixed tuned positive negative nonzero finite non-finite training-time wall-clock wall',
] as const

const PLAIN: ReadonlySet<string> = new Set(LINES.flatMap((line) => line.split(' ')))

/** Whether a word, in lower case, is one of the plain words of reading a log. */
export function isPlainWord(word: string): boolean {
  return (
    PLAIN.has(word) ||
    PLAIN.has(word.replace(/['’]s$/, '')) ||
    word.split('-').every((part) => PLAIN.has(part))
  )
}
