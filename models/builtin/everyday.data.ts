// Words of everyday English and Korean that name no product, no field and nothing to compute: they leave a task what it is.

/** Qualities, manners and small words: they cost nothing. */
export const qualities = `
  able absolute absolutely abundant acceptable accessible accordingly accurate accurately actually additional adequate admittedly
  adorable advance advanced aforementioned again ah ahead alike alright altogether amazing ample amusing annoying anyhow anyway
  anywhere apparent apparently appealing approximate approximately apt artificial aside asap aware awesome awful awkward bad badly barely
  beautiful beautifully beforehand beginner beloved bigger biggest bland blessed bold boring bored brave brief briefly bright
  brilliant broad broken bulletproof busy bunch calm capable careful carefully careless casual certainly chance charming cheerful chilly
  chosen chunky classy clever cleverly closely clumsy colloquial comfortable comfy compact compactly comparable compelling competent
  complicated comprehensive concise concisely conceivable concrete confident confused confusing considerable consistent consistently
  constant constantly convenient conventional convincing corresponding countless couple crafted crazy creative crisp crucial cute daily
  decent deep deeply definite definitely deliberate delightful dependable desired desperate desperately detailed determined dirty
  distinct dull dumb dummy duly eager early earlier easier easiest elaborate elegant elegantly elementary eligible else embarrassing
  eh effective effectively effortless effortlessly enjoyable enormous entertaining enthusiastic equally especially essential essentially
  everyday everywhere evident evidently exciting excellent exceptional existing experienced explicit explicitly extra extraordinary
  extremely fabulous fair fairly faithful faithfully familiar fancy fantastic fellow fine finest firm firstly fitting flawless flexible
  fluent following foolish formal former forth fortunate fortunately frank frankly freely frequent frequently fresh friendly fresher
  frustrating fundamental funny future generally generous gentle gentle gently genuine genuinely glad gorgeous gracious gradually
  grand grateful greatly gross handmade handwritten happily happy hard hardly harder healthy heavy hefty helpful hence hesitant honest
  honestly hopefully huge humble hurry ideal ideally identical idiomatic ignorant illegible immediate immediately immense important
  impossible impressive inclined incoming incredible incredibly indeed independent indicated individually inevitable informal informed
  initial initially inner innocent innovative insanely instantly intact intelligent intended intense interesting intermediate intuitive
  invaluable involved irrelevant jolly just keen kindly known knowledgeable lame largely lastly late lately later latter lazy lean
  legible legit legitimate lengthy lightweight lightly likely limited literal literally lively local logical lonely longish lovely low-key
  loyal lucky luckily magic magical main mainly major manageable mandatory manual manually marvelous massive mature maybe meaningful
  meanwhile medium mere merely messy middling mighty mild mindful minor mixed moderate modern modest modestly mostly motivated multiple
  mundane mysterious naive namely narrow nasty nearby nearly necessarily neutral nevertheless nifty non nonetheless normally notable noted
  noticeable notorious novice numerous objective obvious obviously occasional occasionally official okay old-fashioned
  old-school ongoing openly optional optionally ordinary original originally otherwise outgoing outstanding overly own painful
  painless painlessly particularly passionate past patient peculiar perfect perfectly perhaps permanent personal perspicuous petite plainly
  plausible playful pleasant pleased plenty plus pointless polished polite politely poor poorly popular possibly potential potentially
  powerful practical practically precious preferable preferably preferred preliminary prepared presentable present previously
  primitive prior private probable probably problematic productive professional professionally prominent promising prompt promptly proud
  provided punctual purely quaint quiet quietly rapid rapidly rare rarely rather raw reachable readily ready-made realistic
  really reasonable reasonably recent recently recommended redundant refined regarding regardless regularly related relative
  relatively relevant reliable reliably reluctant remarkable repeatable repetitive requested required requisite resolved respectable
  respective responsible rich ridiculous rigorous robust rough roughly routine rudimentary rusty sad safe safely sane satisfactory
  satisfying scary secondly seamless seamlessly secure seemingly selfmade self-contained sensible serious seriously severe shameless
  sharp shiny shortened shortly significant silly similar similarly simplest simpler simplistic sincere sincerely skilled sleek
  slick slight slightly slow slowly smart smooth smoothly sober social soft solely solid somehow somewhat somewhere sophisticated sore
  sound spare special specifically specified spectacular splendid spontaneous stable standalone starting steady
  stepwise stiff straight straightforward strange stressed strict strictly striking strong strongly stubborn stunning stupid stupidly
  sturdy subsequent substantial subtle successful successfully successive sudden suddenly sufficient sufficiently super superb superficial
  superior supposedly surely surprising surprisingly sweet swift swiftly systematic tall tedious tempting tender terrible terribly terrific
  terse thankful thorough thoroughly thoughtful thrilled tidier tired totally tough traditional traditionally trendy tricky trivial true
  truly trusty typically ugly ultimate ultimately unambiguous unaware uncommon understandable understood undoubtedly unexpected
  unfamiliar unfortunate unfortunately unhappy unimportant uniform universal unknown unlike unlikely unnecessary unpleasant unsure
  untidy unusual upfront urgent urgently usable useless vague valuable vast versatile vibrant visible vital warm weak weird wee well-behaved
  well-known well-written wicked widely wide wild willing wise wonderful wonderfully working workable worried worse
  worst worth worthwhile worthy yearly young youthful yummy zealous w w/ w/o btw fyi imo imho tbh lol haha yo hmm umm uh um oh ooh wow hey
  there's oops aka asap alas anymore anytime awhile whatsoever wherein whereby upon unto amongst amid despite besides beyond beneath beside
  behind opposite onto aboard onward versus whereas whilst lest provided regarding concerning considering including excluding excluding top
  i'll we'll you'll he's she's we're they're i've we've they've weren't hasn't hadn't shouldn't couldn't mustn't ain't y'all im ive dont cant
`;

/** What people do, have and talk about around a task: it costs a little. */
export const everyday = `
  page grader   send contact clone nephew rabbit started visit vacation olympics letterhead speech resume cv neighbor neighbour neighbours roommate grandchild pupil wedding party school teacher club church family
  accept accomplish achieve acknowledge acquire act activity admire admit adopt advice advise afternoon agree aid aim algebra anger
  announce answer appreciate approach approve argue arise arrive art arts article aspect assemble assess assist assistance
  attach attempt attend attention attitude audience aunt author avoid background basics basic basis beat beginner behave
  behavior behaviour being belief believe benefit bet bin blame blog bloke book booklet boss bother bottom bow boy boyfriend
  break breakfast bring brother buddy builder bump bunch bundle business cake calculus candy care career carry
  catch cause caution celebrate chap chapter chief childhood choice chore circumstance citizen claim
  clarify clarity classmate classroom clue coach coffee comfort comment commit communicate community companion comparison
  complain complaint completion computer computing conceive concept concern conclude conclusion conduct confuse confusion
  connect consequence consult consumer context continue contribute convenience conversation convey convince cook cope
  copy corner couple cousin craft creation criteria criterion crowd cup curiosity custom dad
  dare darling daughter deadline deal dealing decade deck decide decision declare dedicate deem define definition
  delight deliver demand describe description deserve desire desk despair destination devote diary difficulty
  dinner direction discover discovery discuss discussion dislike distraction doc docs document documentation doing doubt draft dream
  drive dude duty ear earn ease effect effort ego elder elders emphasis employ employee encounter encourage
  endeavor energy engage engineer engineering enjoy enjoyment enthusiast environment episode equip era essay essence
  establish everybody evidence examination examine excuse exhibit expectation experience experiment expert
  explore expose eye face fact fail failure faith fall familiarity fan fascinate fashion father fault favor
  favorite favour favourite feature feedback feel feeling fella fellow fight finding finger fit fix focus
  folks folk food fool foot forget former fortune foundation freedom friendship fruit frustration fulfill
  gain geek genius gentleman gesture gift girl girlfriend glance glimpse goal goodness grade
  grader grades graduate grandma grandpa grandmother grandfather grandson granddaughter grasp gratitude greet greeting grow growth guess
  guest guidance guy guys habit happen happiness headache heaven heck help helper hero high hint hire hobby holder
  home honor honour hope house hug hurry hurt husband idea identify ignore illustration imagine imagination
  impact impress impression improve improvement inclusion influence info information ingredient inquire insight inspect inspiration inspire
  instruction instructor intend intent intention interest intern internship interviewer introduce introduction introductory intuition invent
  invite involve irritate issue journal journey joy judge judgement junior justify kick kidding knack knowledge lad
  lady laptop lazybones lead leader learner leave legend leisure lend lie
  listen listener litter locate lookout lose loss lots luck lunch mankind
  master mate material math mathematics maths matter meal meaning meet member mention
  mentor mess midnight midterm miracle mission mistake misunderstand misunderstanding mom moment mood moreover
  mother motivation mum mystery nap nature necessity nephew newbie niece nightmare noob nonsense norm notebook
  notice notion novel nuisance obey observe obtain occasion occupy offer office operate opinion opportunity oppose option
  organise organize origin outcome outline overview owner pace pain pal paragraph parent parents participant
  participate partner passage passion paste patience pause peer pen pencil permission permit persist perspective phase
  phd philosophy pity pleasure ponder
  portion possess possibility possibly postpone practitioner praise preference preparation presence presentation
  presume pretend prevent pride principle printout privilege proceed professor programmer programming
  progress promise proper proposal propose prospect protect proud provision pupil purpose pursue quality
  quest quit reader realise realize reality realm reasoning recall recap receipt
  receiver recipient recommend recommendation reference refresh refuse regard
  relax release relevance relief rely remark remarkably remember remind reproduce request require requirement rescue research
  resource respect respond response responsibility result retain revise revision reward rid risk role rookie
  rule rush sake satisfy save saver say scenario scene scholar schoolwork science scientist scope scratch
  seat section seek seem self semester senior sense serve session setting settle
  setup shape share shock shout shower sibling sick sight significance silence sister sit situation skill skip
  smile snack solver somebody somehow sophomore soul speak speaker speciality specialist specification speech
  spirit spot spouse spread stage stand standpoint stare statement status step-by-step stick
  strength stress stretch struggle stuff subject submit submission succeed success suffer suggest suggestion suit
  sunshine supervisor surprise suspect sweat syllabus take-home talent talk taste taught tea
  teammate tear tech technology teenager tend tendency thesis thinker think thought throw
  tired title tonight topic tradition trainee transcript treat trick trouble trust truth tutor
  tutorial twist understand understanding undergrad undergraduate undertake uncle uni usage
  viewpoint volunteer wake walkthrough warm-up waste
  weekend welcome while wife win wisdom wish woman women wonder worker workbook
  workshop worksheet world worry write-up writer wrap writing youngster tomorrow
  type typed enter entered enters input inputs inputted feed fed paste pasted pastes supply supplied hands hand pass passed load loaded
  throws toss tossed spit spits outputs gives returns prints shows displays tells says computes figures produces yields reports
`;

/** Korean stems of the same kind, nouns and verbs. */
export const everydayKorean = `
  원래 외우 외워 모습 보고싶 알고싶 요즘 걸로 걸 게 것 때마다   특정 특정한 반대로도 거꾸로도 구해줘요 고쳐 고치 정하 정해 수정 바뀐 도구좀 구현체 클래스 메서드 메소드 자세 객체지향 재귀 반복문 배열로 리스트로
  쭉 쫙 쭈욱 올해 작년 내년 잘못 잘 시뮬레이터 시뮬레이션 들어서 적으면 적어 쓰면 쓸 뭐임 뭐야 뭔지 뭐니 뭐죠 뭘까 자기소개서 이력서 편지 일기장 연설문 기사 가사 대본 독후감 소개 인사 메모 문서 글귀 명언 노래 퀴즈용 시험지 성적 점수 이력 번거롭 부담 요약 참고 참조 궁금해 궁금한 궁금합 알고 싶 보고 싶 배우고 싶 만들고 싶 직접 구현해보 짜보 짜봐 해주라 해주실 해주시 주라 줘라 해라 하라 하시오 하세요 부탁이 부탁드려 부탁해요 좀만 중이에요 중인데 있어요 있어서 없어서 없어요 됩니까 될까 될지 되나 되니 그니까 아무튼 어쨌든 바로바로 한눈에 간편 간편하 손쉽 손으로 일일이 하나씩만
  읽으나 읽어도 이루어지 이루어진 이뤄진 이루 나누 나눠 붙여넣 붙여 붙이 원하는 원하 수만큼 만큼 오랫동안 오래 연속 반복되 되풀이 줄여 줄이 많은 많이 많으 적은 적게 적으 높은 높게 낮은 낮게
  끼리 개를 개가 개의 개인 개씩 것끼리 것들 것만 것을 것이 거를 거야 거예요 거에요 건데 들면 들어 예를 예를들면 예를들어 이런식 이런 저런 그런 이렇게 저렇게 그렇게 어떻게 이러한 그러한
  수학 과학 영어 국어 대학 대학교 고등학교 중학교 초등학교 교수 교수님 선생 동아리 강의 교재 교과서 시험 중간고사 기말고사 숙제 과제 발표 레포트 보고서 논문 일기 소설 에세이 블로그글 책 노트
  엄마 아빠 형 누나 언니 오빠 동생 조카 남편 아내 가족 직장 직원 팀원 팀장 사장 선배 후배 동기 이웃 손님 개발자 프로그래머 초등학생 중학생 고등학생 대학생 취준생 꼬마 아기 어른 누군가 아무나
  필요해 필요하 있나요 있을까 있을까요 계신 계시 가능할 가능하 부탁해 부탁드 드립니다 드려요 드릴게 싶습니다 싶은 싶어요 싶은데 원해요 원합니다 바랍니다 주실 주시겠 줄래 줄래요 줄 수 해줄 해주 해줘 해봐 해보 하나만
  만드는 만들기 만든 짜는 짜기 작성하 구현하 완성 개발하 코딩하 준비 준비하 정리해 도전하 시도 시도하 노력 고민 고민하 생각 생각하 느낌 기분 마음 덕분 이해 이해하 배우 배워 가르치 익히 익숙 헷갈리 헷갈려 어려운 어려워 어렵 힘들
  귀찮 심심 재밌 재미있 신기 멋진 멋있 예쁜 예쁘게 이쁘 훌륭 완벽 완벽하 굉장히 무척 상당히 꽤 살짝 약간 대충 대략 거의 아마 아마도 역시 물론 당연히 특히 특별히 되게 엄청 완전 완전히 진짜로 정말로 사실 사실은 솔직히
  혼자 스스로 각각의 모조리 몽땅 싹 죄다 전부다 모두다 하나도 조금씩 차근차근 천천히 신속 신속하 급하게 급해 급히 당장 곧바로 곧장 방금 아까 어제 그제 모레 요즘 최근 예전 옛날 평소 평상시 언제나 항상 늘 종종 때때로 가끔씩
  사용하 이용하 활용하 적용 적용하 응용 제공 제공하 제시 제시하 주어졌 주어질 넘겨 넘기 건네 전달 전달하 보내 보낸 던져 던지 입력하 입력받 입력된 입력한 적어 적은 적으면 써넣 쳐넣 타이핑 치면 누르면 고르면 정해 정한 정하면
  출력하 출력되 보여주 보여줄 알려주 알려줄 말해주 찍어 찍는 찍어주 뱉어 뱉는 내놓 내주 돌려주 반환 반환하 리턴 나타내 나타난 드러내 표현하 표기하 기록하 적어주 써주 써서 풀어주 구해주 계산해 따져 따지 살펴 살피 검토
  간단하 간단히 단순하 심플 심플하 짧고 길고 빠르고 쉽고 가볍 가벼운 무거운 튼튼 안정적 안전하 유용 유용하 편리하 친근 직관적 읽기 쉬운 깔끔하 깨끗하 명확 명확하 분명 분명하 확실 확실하 자세한 자세하 상세 상세하 꼼꼼 꼼꼼하
  아무 아무런 어떠한 무언가 뭐든 이것저것 여러가지 여러 다양 다양하 갖가지 온갖 각종 해당하 해당되 관련 관련된 관한 대한 의한 통한 위한 따른 인한 위해 위해서 통해 통해서 대해 대해서 관해 의해 따라서 그러니까 그러니 그런데 근데 그래도
  하지만 그러나 즉 다시말해 말하자면 이를테면 예컨대 가령 설령 만약에 만일에 혹시나 아니면 아니라 아니고 아닌 아니어도 뿐만 뿐만아니라 게다가 더구나 그리고나서 그다음에 이어서 이후 이전에 동시에 한꺼번에 한번에 번갈아
  라는 라고 이라는 이라고 란 이란 대로 그대로 이대로 마음대로 맘대로 제멋대로 나름 나름대로 정도로 정도만 쯤 가량 남짓 넘게 채 째로 통째 통째로 식으로 방식으로 형태로 형식으로 모양으로 꼴로 기준으로 단위로 순으로 순서로 차례대로 차례로
  프로그램좀 코드좀 하나좀 좀요 요청 요청하 의뢰 의뢰하 희망 희망하 기대 기대하 감사하겠 감사하겠습니다 고맙겠 고맙겠습니다 좋겠어요 좋겠습니다 좋을 좋을거 괜찮은 되나요 될까요 되면 되는 되게 되도록 가능하면 웬만하면 이왕이면 되겠
  주어진다면 주어지면 있다면 없다면 있다고 한다면 하면 한다 하는지 했는지 했을 했던 했다 하려고 하려는 하려면 하던 하던데 됐는지 되는지 되었 됐 됩니다 됩니까 나옵니다 나오게 나오도록 나오는 나온 들어있 들어간 담긴 담은 담아 담는
  적힌 쓰인 쓰여진 쓰여 놓인 주는데 받는데 상태 상황 시점 순간 시절 무렵 당시 도중 와중 김에 겸 덤으로 대신에 대신하 말고 빼고 제외 제외하 외에 외에도 이외 나머지 일부 절반쯤 대부분 대다수 전반 전반적 실제 실제로 현실 가상
  복사 복사하 복붙 긴 긴글 짧은글 글들 단어들 숫자들 수들 줄들 파일들 값들 목록들 항목들 이름들 것들을 각자의 저장 저장하 저장된 불러 불러오 불러와 가져 가져오 가져와 끝까지 처음부터 처음으로 마지막으로 끝으로 맨 맨앞 맨뒤 앞쪽 뒤쪽
  존재 존재하 성립 성립하 유지 유지하 변함 사라지 생기 생겨 발생하 일어나 진행 진행하 완료 완료되 종료 종료되 지원 지원하 허락 도움되 도움이 동작하 작동하 돌아가 돌아가는 실행되 실행하 처리하 처리되 다루 다룰 다뤄 관리하 조작 조작하
`;
