"""Common words that open a title with a capital letter for no other reason than that they open it.

Found in the titles of two dozen projects, in small letters wherever they stand inside of a title, and the nouns of
shops, teams and servers. What is not here may be a name, and keeps its letter.
"""

from __future__ import annotations

from digest.normalize.word.lexicon import words

COMMON = words(
    """
    access account accounts adapter address admin alert alerts always another api array async attachment attachments
    attempt attribute attributes audit auth author auto back backup backups backward base basket benchmark
    benchmarks big billing binary body booking bookings boolean branch browser budget bug bugfix cache caches
    calendar campaign card cards cart carts case cash category changelog chart charts chat checkout child class
    clause cleanups clearer clock closure code colour column columns commit common config connector connectors
    consistency const constants constructor contact container containers context contract cookie cookies copyright
    core counter couple coupon coupons coverage crate currency cursor custom customer customers dashboard dashboards
    data database date day deadlock deal delivery demo dependencies dependency deployment deployments dev dirty
    discount discovery doc document documents dot draft driver dropdown dummy eager either email emails employee
    endpoint endpoints entry env err even event events every example examples expense explicit export exports false
    feature features fee feed feedback fees few field file filename files filter filters first flake forgotten form
    formatter forms fresh funnel further future gateway gift graph group groups guest guests handler handlers happy
    hard header helper helpers histogram history home homepage host hosts hover icon image images implicit import
    imports info inner instance instead int interface inventory invoice invoices item items job jobs just key
    keyboard keys known label labels landing larger last latest layout lazy lead leads license limit limits line
    linter list lists little load lock locks log logger login logo logs lots mail main maintenance major many map
    market master max maybe member members memory menu menus message messages meta metadata method methods metric
    metrics middleware migration migrations missed mobile module modules money multi multiline must name names
    network news next node nodes notification notifications old one operators order orders other page pages panel
    panels param parameters params parser part partner partners password passwords path paths pattern payment
    payments payout payouts people perf performance persistence phone photo photos plan plans playground plugin
    plugins points policy pool pools pretty preview price prices pricing problem product products profile profiles
    promo properties protocol proxy purchase purchases query question questions queue queues quick random rate raw
    receipt receipts redundant ref referral refund refunds regex registry reminder reminders remote replica replicas
    report reports repository request requests reservation reset resources result retries retry return returns
    review reviews right role roles rollup route rule rules runtime sale sales schedule schema screen screens search
    seat seats second secret secrets section seems seller sellers series server service session sessions settings
    shard shards share shell shipment shipping shop shops short shortcut shortcuts should signature signup since
    single site sites size slice small smoke sort source span stack status step still stock storage store stores
    stray strict struct sub submodule subscription subscriptions summary supplier suppliers survey syntax system
    table tables tag tags target task tasks tax taxes team teams temp template temporary these thread threads
    thresholds tick ticket tickets time timeline timeout timestamp tiny todo token tokens tools trace traces
    tracking trait transport tree trial trip trips true union unit unnecessary upload uploads url usage useless user
    users value variant vector vendor very view views voucher vouchers wallet warehouse warranty web webhook
    webhooks website whitespace widget widgets wish wishlist worker workers workflow workflows workspace wrong year
    """
)
