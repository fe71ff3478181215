"""English words of replies (spec/05 §10.3, §10.7), as data."""

from bot.okr.replies.words.meaning import Language, Meaning

ENGLISH = Language(
    phrases={
        Meaning.NO_CHANGE: """
            no change | no changes | not changed | hasn't changed | unchanged | same | the same | same as before | ditto
            same as last week | same as last time | same again | nothing new | nothing changed | nothing has changed
            flat | steady | as before | as last week | same here | same number | same numbers | didn't change
            did not change | hasn't moved | didn't move | no movement | no change since last week
            no changes since last week
            no change since last time | unchanged since last week | nothing new since last week""",
        Meaning.DONE: """
            done | complete | completed | finished | achieved | shipped | launched | live | live now | went live
            hit target | hit the target | target hit | target reached | reached the target | delivered | ✅""",
        Meaning.NOT_DONE: """
            not done | not done yet | not yet done | isn't done | not finished | not complete | not completed
            unfinished | isn't finished | isn't complete | isn't completed | isn't live | is not live | isn't shipped
            is not shipped
            isn't launched | is not launched | hasn't shipped | has not shipped | hasn't launched | has not launched
            haven't shipped | haven't launched | haven't finished | hasn't finished | is not done | is not finished
            not there yet | not there | not live | not shipped | not launched | not yet""",
        Meaning.ALMOST: """
            almost | almost there | almost done | almost finished | nearly | nearly there | nearly done
            nearly finished
            half done | half way | half way there | halfway | halfway there | half finished | mostly done
            mostly finished
            mostly there
            partly done | partially done | half""",
        Meaning.BLOCKED: "blocked | stuck | held up | on hold",
        Meaning.UNBLOCKED: """
            unblocked | no longer blocked | not blocked | not blocked anymore | not blocked any more | no longer stuck
            not stuck | not stuck anymore | unstuck | no blocker | no blockers | isn't blocked | isn't blocked anymore
            isn't stuck | aren't blocked""",
        Meaning.AHEAD: "ahead | ahead of plan | ahead of schedule | 🔵",
        Meaning.ON_TRACK: """
            on track | on-track | ontrack | green | going well | looks good | looking good | on plan | on schedule
            🟢""",
        Meaning.AT_RISK: """
            at risk | at-risk | behind | slipping | struggling | risky | yellow | amber | not on track | not going well
            behind schedule | behind plan | falling behind | 🟡""",
        Meaning.OFF_TRACK: "off track | off-track | red | way off track | 🔴",
        Meaning.SKIP: "skip | pass | n/a | skip this week | skip it | skip this one | pass this week | pass this time",
        Meaning.NO_DATA: """
            no data | no data yet | no number yet | no numbers yet | don't know | dont know | do not know | not sure
            not sure yet | tbd | no idea | idk""",
        Meaning.NO_UPDATE: "no update | no updates | no update this week | no updates this week | nothing to report",
        Meaning.SNOOZE: """
            later | not now | busy | snooze | too busy | later today | ask me later | ask again later
            maybe later""",
        Meaning.WHEN: """
            next week | tomorrow | next month | end of month | end of the month | end of week | end of the week
            monday | tuesday | wednesday | thursday | friday | saturday | sunday | next monday | next tuesday
            next wednesday | next thursday | next friday | by next week | by tomorrow | soon | by monday | by tuesday
            by wednesday | by thursday | by friday | by sunday | on monday | on tuesday | on wednesday | on thursday
            on friday | by end of month | by the end of the month | by end of week | by the end of the week""",
        Meaning.DROP: """
            drop | drop it | drop this | drop this one | cancel | cancel it | no longer relevant | not relevant anymore
            kill it | abandon it | abandoned | let's drop it | let's drop this | drop this kr | cancel this
            cancel this kr | kill this | kill this kr""",
        Meaning.NOT_MINE: "not mine | wrong person | not my kr | isn't mine | not me",
        Meaning.AWAY: """
            ooo | out of office | on vacation | on leave | on pto | on holiday | pto | vacation | on sick leave""",
        Meaning.AGREE: "👍 | 👍 👍 | as shown",
        Meaning.YES: """
            ok yes | yes ok | yes thanks | yes | yep | yeah | yup | agree | agreed | correct | right
            that's right | confirm""",
        Meaning.NO: "no | nope | nah | incorrect | not right",
        Meaning.UNDO: "undo | oops | wrong | undo that | undo it | undo last | undo the last one | revert",
        Meaning.THANKS: """
            ok | okay | thanks | thank you | thx | ty | tysm | got it | cheers | thanks a lot | noted | will do | cool
            great
            perfect | nice | 🙏 | 👌""",
        Meaning.STOP: """
            stop | unsubscribe | mute | stop it | stop asking | stop asking me | stop this
            stop messaging me | stop writing me | stop writing to me | stop reminding me | unsubscribe me""",
        Meaning.HELP: "help | help me | hi | hello | hey | how does it work",
        Meaning.CONFIDENCE_WORD: """
            high confidence | low confidence | medium confidence | confident | not confident | very confident
            not very confident | not so confident | pretty confident | quite confident | fairly sure | pretty sure
            very sure | quite sure | not so sure | more confident | less confident | no confidence | fairly confident
            unlikely | likely""",
    },
    filler="""
        a | all | also | am | and | are | at | badly | been | bit | both | but | currently | feel | feels | fully
        for us
        hey | hi | i | i'd say | i'm | i've | im | in | is | it | it's | its | just | kinda | little | look | looking
        looks | my | now | ok | okay | our | overall | please | pretty | quite | rather | really | right | seems | so
        slightly | still | that's | the | then | think | they're | this | this week | this time | today | too
        yesterday | this morning | last night | earlier today
        very | was | finally | status | okra | only | fyi
        we | we're | we've | well | with | yes | yet | already | again | anymore | say | so far | thanks | thank you
        update | updated | mo | per month | per week | a month | for now | at the moment | as of today | us
        out | score | confidence | value | of | to | total | in total""",
    others="""
        others | the others | all others | the rest | rest | everything else | all the others | other krs
        the other one | other one | the other two | other two | the other 2 | other 2 | the remaining two
        the remaining 2 | the other three | other three | the other 3 | the remaining three | the rest of them""",
    everyone="""
        all | both | everything | all of them | everyone | all krs | all three | all four | all five | all 3 | all 4
        all 5 | all of these | both of them | each of them | any of them""",
    leave_out=r"(?:except(?: for)?|but|besides|apart from)",
    amend=(
        r"(?:(?:no )?actually|correction|no,? wait|wait,? no|i meant(?: to say)?|i mean|oops|typo|make (?:that|it)|"
        r"sorry|"
        r"scratch that|wrong(?=[,:;.!])|(?:it )?should have been|change (?:it )?to)\b[,:;.!]?"
    ),
    fields={
        "next_step": "next(?: steps?)?",
        "blocked": "block(?:ed|ers?)",
        "win": "wins?",
        "note": "notes?|comment",
        "help": "help(?: wanted| needed)?",
    },
    nothing="no | none | nothing | n/a | nope | not anymore | resolved",
    blocked_by=(
        r"blocked,? (?:and )?waiting (?:on|for)\s+(?P<x>\S.*)",
        r"blocked (?:on|by|because of|until|pending|with)\s+(?P<x>\S.*)",
        r"(?:stuck|held up|on hold) (?:waiting (?:on|for)|on|by|at(?! [$€£¥]?[0-9])|in|with|because of|until|for)\s+"
        r"(?P<x>\S.*)",
        r"waiting (?:on|for)\s+(?P<x>\S.*)",
    ),
    snooze=(
        r"(?:please |can you |could you )?remind me\b.{0,80}",
        r"(?:ask|ping) me (?:again )?(?:later|tomorrow|next|on|in|at|this)\b.{0,60}",
        r"snooze\b.{0,60}",
        r"in (?:an?|one|two|three|half an|a couple of|[0-9]{1,3}) ?(?:m|mins?|minutes?|h|hours?|hrs?|days?)",
        r"later\b,? (?:today|this (?:afternoon|evening|morning))",
        r"(?:(?:i'?m|i am) )?(?:not now|busy|too busy)\b,? (?:later|today|this (?:morning|afternoon)|right now|"
        r"remind me.{0,60})",
    ),
    away=(
        r"(?:i'?m |i am |i'?ll be |i will be )?(?:ooo|out of office|out sick|off sick|off work|"
        r"(?:on )?(?:annual leave|parental leave|sick leave)|on (?:vacation|leave|pto|holidays?))"
        r"(?: (?:until|till|til|from|this|next|for|through|starting|since|today|tomorrow)\b.{0,80})?",
        r"(?:i'?m |i am |i'?ll be |i will be )?(?:away|off) (?:until|till|from|this week|next week|for)\b.{0,80}",
        r"(?:i'?m |i am |i'?ll be |i will be )away",
    ),
    question_start=r"(?:how|what|why|is (?:it|this|that)|are (?:we|you)|can (?:i|we|you)|did (?:it|we))\b",
    question_end="",
    because=r"\b(?:because(?: of)?|due to)\b",
    contrast=r"\b(?:but|though|however|although)\b",
    joiner=r"\band\b|&",
    preposition=(
        r"\b(?:on|by|for|of|with|from|than|in|under|via|after|before|until|and not|like|into|about|as|our|the|"
        r"because|because of|needs|need|see|per|feeds|depends on|to)"
    ),
    approx_prefix=(
        r"(?:~|about|around|roughly|approx\.?|approximately|circa|maybe|perhaps|probably|ca\.|nearly|almost|"
        r"or so)"
    ),
    approx_suffix=r"(?:or so|ish|-ish|approx\.?|roughly|give or take)\b",
    introducer=(
        r"(?:(?:is |are )?(?:now|currently)(?: at| is)?|at|(?:a )?total(?: of| is|:)?|in total|(?:up|down|"
        r"(?:went |is |came )?back(?: up| down)?|grew|rose|fell|dropped|went|increased|"
        r"decreased|improved|climbed|moved|came|jumped|gone) to|"
        r"reached|hit|stands at|made it to|ended at|closed at|"
        r"no,? wait,?|wait,? no,?|sorry,?|i meant?|actually|make that|correction:?|scratch that,?)"
    ),
    copula=r"(?:is|are|=|:|to|still|be|of|from)",
    score_word=r"(?:self-?\s?score|score|scoring|land(?:s|ing)?|lands)(?: (?:at|of|is|around))?\s?[:=]?",
    value_word=r"(?:value|the number|number|actual|metric)(?: (?:at|of|is))?\s?[:=]?",
    confidence_prefix=(
        r"(?:confidence|confident|conf|likelihood|sure|chance|probability|odds)(?: (?:at|of|is|level|now|"
        r"down to|up to))*\s?[:=]?"
    ),
    confidence_suffix=r"(?:confident|sure|confidence|certain|certainty)\b",
    likely_suffix=r"(?:likely|likelihood|chance|probability|probable|odds)\b",
    progress_prefix=r"(?:progress|completion|completed)(?: (?:at|of|is))?\s?[:=]?",
    progress_suffix=r"(?:done|completed?|finished|progress|there)\b",
    of_way_suffix=r"(?:of the way|of the way there|way there)\b",
    of_target_suffix=r"(?:of (?:the |our |my )?(?:target|goal|plan))\b",
    change_up=(
        r"(?:added|adding|add|gained|up(?: by| another)?|plus|grew(?: by)?|increased by|rose(?: by)?|another|"
        r"increase of)"
    ),
    change_down=r"(?:down(?: by| another)?|lost|minus|dropped(?: by)?|fell(?: by)?|decreased by|shrank by|decrease of)",
    more_suffix=r"(?:more|higher|up|added|(?:net )?gain)\b",
    less_suffix=r"(?:less|fewer|lower|down|(?:net )?loss)\b",
    past=(
        r"(?:was|were|out of|previously|prev\.?|formerly|vs\.?|versus|target|goal|last week|last time|before|"
        r"compared (?:to|with)|from|instead of|not)(?:\s?[:=]| (?:is|was|of|at|a))?"
    ),
    missing_prefix=(
        r"(?:needs?|needed|missing|missed|lacking|short (?:by|of)|remaining|left|lack|no|without|"
        r"still to (?:get|make|close)|"
        r"(?:won't|will not|can't|cannot|couldn't|didn't|did not|haven't|hasn't|don't|doesn't|not|never|isn't|is not) "
        r"(?:hit|reach(?:ed)?|make|made|get|got|be|been|see|at|near|close to|going to (?:hit|reach|make)|"
        r"yet at)(?: to| at)?)"
    ),
    missing_suffix=(
        r"(?:(?=(?:short|shy) of |(?:more )?to (?:get to|hit|reach|make) )|(?:more )?to go|short|shy|"
        r"missing|remaining|left|away|off target|to find|more (?:needed|to go))\b|"
        r"(?<![0-9] )(?=(?:deal|contract|order|renewal|invoice|opportunity|customer|account)\b)"
    ),
    bound_prefix=(
        r"(?:>=?|<=?|over|above|beyond|more than|at least|north of|below|under|less than|fewer than|at most|"
        r"no more than|"
        r"no less than|max|min|up from|not (?:quite|even|yet)|no longer|nowhere near|"
        r"not anywhere near|close to|approaching)"
    ),
    bound_suffix=r"(?:\+(?![0-9])|plus\b|or more\b|or less\b|and up\b|at (?:most|least|best)\b|max\b|min\b)",
    doubt_suffix=(
        r"(?:isn't|is not|won't|will not|unrealistic|is unrealistic|is out of reach|is too (?:high|"
        r"optimistic)|not realistic|"
        r"if\b|unless\b|(?:is |now )?out of reach\b|"
        r"(?:no|nope|nah|(?:(?:is|was|looks|seems) )?(?:wrong|incorrect|not right|not true|not correct)|"
        r"not (?:yet|reached|hit|met|there)(?: yet)?)(?=\s*(?:[,.;!\n]|$)))"
    ),
    future=(
        r"\b(?:will|'ll|should|expect(?:s|ed|ing)?|hop(?:e|es|ing|efully)|aim(?:s|ing)?|plan(?:s|ning)? (?:to|"
        r"for|on)|on pace (?:for|to)|on track (?:for|to)|"
        r"(?:heading|headed|trending) (?:to|for|towards?)|working towards?|pushing for|"
        r"going to|gonna|forecast(?:ing)?|project(?:ed|ing)|"
        r"likely to|could|if|once|when|unless|might|may be|would)\b"
    ),
    chance_of=(
        r"[ ']*(?:(?:chance|likely|likelihood|probability|odds|confident|confidence|certain|sure)[ ']+)?"
        r"(?:(?:of|that|to|on|for|we|we'?ll|i|i'?ll|can|will|get|getting|hit|hitting|reach|reaching|make|making)[ ']+)+"
        r"(?:(?:the )?(?:target|goal)[ ']+)?"
    ),
    missing_to=r" ?(?:more )?(?:(?:short |shy )?of|to|until|till|to (?:get to|hit|reach|make)) ",
    moved_by=r"\b(?:up|down|(?:increased|decreased|improved|dropped|fell|grew|rose|climbed)(?: by)?)(?: by)?",
    counted=(
        r"\s(?:of (?:the|our) )?(?!(?:looks|seems|feels|chances|odds|always|unless|progress|across|points|perhaps|"
        r"thanks|depends|needs|does|goes|this)\b)(?:[a-z]{2,}[^su\W]s|people)\b"
    ),
    perhaps=r",?\s(?:(?:or|and|even|well) )?(?:maybe|perhaps|possibly|probably|or|even)\s",
    heads=(
        r"\s(?:(?:new|paying|active|happy|more|different|signed|enterprise|monthly) )?"
        r"(?:users|customers|clients|people|accounts|subscribers|members|sign-?ups|registrations|leads|deals|seats|visits"
        r"|visitors|downloads|installs|orders|tickets|calls|meetings|interviews|partners|teams|companies|stores"
        r"|employees|contracts|invoices|renewals|sessions)"
        r"(?![A-Za-z])"
    ),
    this_week=r"\b(?:this week|today|yesterday|since last week|last week)\b",
    deed=(
        r"^(?:we |i |have |just |also |did )*(?:did|closed|signed|ran|held|interviewed|won|sold|onboarded|met|"
        r"finished|completed|shipped|conducted|got|made|released|hired|published)\b"
    ),
    unit_suffix=r"(?:percentage points?|points?|pts?|pp)\b",
    baseline_word=(
        r"(?:baseline|starting (?:point|value|number)|start|started (?:at|from|with))(?: (?:is|was|of|at))?\s?[:=]?"
    ),
    time_to_come=(
        r"(?:(?:by|until|before|till) (?:(?:the )?(?:end|close) of (?:the |this |next )?\w+|next \w+|then|"
        r"tomorrow|tonight|"
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|eo[dwmqy]|q[1-4]|"
        r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|[0-9]{1,2}(?:st|nd|rd|th|/[0-9]| (?=[a-z])))|"
        r"(?:(?:by |at )?(?:the )?end of (?:the |this |next )?(?:week|month|quarter|year|cycle))|"
        r"next (?:week|month|quarter|sprint|year|cycle|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|"
        r"tomorrow|hopefully|eo[dwmqy]|in (?:a|[0-9]+|two|three|four) (?:days?|weeks?|months?))(?![A-Za-z])"
    ),
    greeting=(
        r"(?:(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings|yo)"
        r"(?: (?:there|all|team|folks|everyone|everybody|guys|okra|bot))?)"
    ),
    signature=r"(?:sent from my\b.{0,40}|sent from (?:outlook|mail|yahoo)\b.{0,40}|get outlook for\b.{0,40}|-- ?)",
    record_verb="set|put|log|record|mark|change|move|enter",
)
