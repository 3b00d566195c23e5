/**
 * Texts and labels of many fields, written for this file: what a model knows beyond the labels of a project. English, as
 * what zero-shot models are trained on mostly is.
 */

/** Name → sentence. */
export const OUTSIDE_LABELS = {
  'a delivery': 'This text is about a delivery.',
  'a refund': 'This text is about a refund.',
  'a technical fault': 'This text is about a technical fault.',
  'a bill': 'This text is about a bill.',
  complaint: 'The writer complains.',
  praise: 'The writer is pleased.',
  question: 'The writer asks for something.',
  sports: 'This text is about sports.',
  politics: 'This text is about politics.',
  business: 'This text is about a company or the economy.',
  science: 'This text is about science.',
  health: 'This text is about health.',
  'the environment': 'This text is about nature or the environment.',
  travel: 'This text is about travel.',
  food: 'This text is about food.',
  education: 'This text is about school or education.',
  law: 'This text is about law.',
  'the weather': 'This text is about the weather.',
  music: 'This text is about music.',
  'personal data': 'This text is about personal data.',
} as const;

export type OutsideLabel = keyof typeof OUTSIDE_LABELS;

export const OUTSIDE_TEXTS: readonly { readonly text: string; readonly labels: readonly OutsideLabel[] }[] = [
  {
    text: 'The parcel was promised for Tuesday and it is Friday now. This is the third time.',
    labels: ['a delivery', 'complaint'],
  },
  {
    text: 'Could you tell me when my order will arrive? The tracking page is empty.',
    labels: ['a delivery', 'question'],
  },
  {
    text: 'Ordered in the evening, on my doorstep the next morning. Wonderful!',
    labels: ['a delivery', 'praise'],
  },
  {
    text: 'I sent the shoes back two weeks ago and still have not got my money.',
    labels: ['a refund', 'complaint'],
  },
  {
    text: 'Please transfer the amount back to my card, since I cancelled in time.',
    labels: ['a refund', 'question'],
  },
  {
    text: 'The money for the cancelled concert tickets was back within a day, many thanks.',
    labels: ['a refund', 'praise', 'music'],
  },
  {
    text: 'Since the update the app closes by itself whenever I open the camera.',
    labels: ['a technical fault'],
  },
  {
    text: 'The screen stays black and nobody answers the phone. I regret this purchase.',
    labels: ['a technical fault', 'complaint'],
  },
  {
    text: 'How do I get the printer to work again after error 14?',
    labels: ['a technical fault', 'question'],
  },
  {
    text: 'The invoice lists two months although I used the service for only one.',
    labels: ['a bill', 'complaint'],
  },
  { text: 'May I pay this invoice in three instalments?', labels: ['a bill', 'question'] },
  { text: 'Your gas bill for March is 84 euros, due on the 15th.', labels: ['a bill'] },
  {
    text: 'The striker scored twice in the last ten minutes and the visitors went home without a point.',
    labels: ['sports'],
  },
  {
    text: 'She won the marathon in a new record time despite strong wind.',
    labels: ['sports', 'the weather'],
  },
  {
    text: 'The club was fined by the court for selling more tickets than the stadium has seats.',
    labels: ['sports', 'law'],
  },
  { text: 'Parliament voted by a narrow majority for the new budget.', labels: ['politics'] },
  {
    text: 'The minister announced that schools will get more teachers next year.',
    labels: ['politics', 'education'],
  },
  {
    text: 'The senate passed a law that lets patients see their medical files.',
    labels: ['politics', 'law', 'health', 'personal data'],
  },
  { text: 'The opposition demands that the mayor step down after the vote.', labels: ['politics'] },
  { text: 'Shares of the car maker fell by six percent after weak sales.', labels: ['business'] },
  {
    text: 'The bakery chain opens forty new shops and hires a thousand people.',
    labels: ['business', 'food'],
  },
  {
    text: 'The airline merges with its rival and cancels a third of its routes.',
    labels: ['business', 'travel'],
  },
  {
    text: 'Inflation slowed in autumn, mostly because energy became cheaper.',
    labels: ['business'],
  },
  { text: 'Astronomers found a planet whose year lasts only nine hours.', labels: ['science'] },
  {
    text: 'A study of 4,000 volunteers shows that short walks lower blood pressure.',
    labels: ['science', 'health'],
  },
  {
    text: 'Researchers measured how much carbon the old forest takes up in a summer.',
    labels: ['science', 'the environment'],
  },
  { text: 'Physicists cooled the gas until its atoms hardly moved.', labels: ['science'] },
  { text: 'The doctor advised rest and plenty of water against the fever.', labels: ['health'] },
  { text: 'Does this ointment help with an itchy rash?', labels: ['health', 'question'] },
  {
    text: 'The nurses on the ward were kind and patient. I could not have been cared for better.',
    labels: ['health', 'praise'],
  },
  {
    text: 'Waiting four hours in the emergency room with a broken arm is a disgrace.',
    labels: ['health', 'complaint'],
  },
  { text: 'Volunteers freed the river bank of plastic and planted willows.', labels: ['the environment'] },
  {
    text: 'The factory may no longer lead its waste water into the lake, the judges decided.',
    labels: ['the environment', 'law', 'business'],
  },
  {
    text: 'Wolves have come back to the valley after more than a hundred years.',
    labels: ['the environment'],
  },
  { text: 'We took the night train to Lisbon and walked through the old town all day.', labels: ['travel'] },
  { text: 'Which trains go to the airport on Sunday mornings?', labels: ['travel', 'question'] },
  {
    text: 'The hotel was dirty, the lift was out of order and breakfast was cold.',
    labels: ['travel', 'complaint', 'food'],
  },
  {
    text: 'The guide knew every corner of the island; the best holiday we ever had.',
    labels: ['travel', 'praise'],
  },
  { text: 'Fry the onions slowly, add the rice and pour on the broth bit by bit.', labels: ['food'] },
  { text: 'The soup was salty and the waiter rude. Never again.', labels: ['food', 'complaint'] },
  { text: 'Best pizza in town, and the owner even remembered my name.', labels: ['food', 'praise'] },
  { text: 'Is there a dish without nuts on the menu?', labels: ['food', 'question'] },
  { text: 'The pupils of class 7b wrote and staged a play of their own.', labels: ['education'] },
  {
    text: 'What do I need to enrol at the university as a guest student?',
    labels: ['education', 'question'],
  },
  { text: 'My son loves going to school since the new teacher came.', labels: ['education', 'praise'] },
  { text: 'The exam was moved three times, and nobody told us.', labels: ['education', 'complaint'] },
  { text: 'The tenant may end the contract with three months of notice.', labels: ['law'] },
  { text: 'The jury found the accused not guilty on all counts.', labels: ['law'] },
  { text: 'Does a will that was written by hand need a witness?', labels: ['law', 'question'] },
  { text: 'Heavy snow is expected above 800 metres on Thursday night.', labels: ['the weather'] },
  {
    text: 'After weeks of drought the wells of the village are dry.',
    labels: ['the weather', 'the environment'],
  },
  {
    text: 'All flights were cancelled because of the storm, and passengers slept in the hall.',
    labels: ['the weather', 'travel'],
  },
  {
    text: 'The quartet played the slow movement so quietly that nobody dared to breathe.',
    labels: ['music'],
  },
  { text: 'Her second album was recorded in a barn with two guitars and a piano.', labels: ['music'] },
  {
    text: 'The sound at the concert was so bad that we left after three songs.',
    labels: ['music', 'complaint'],
  },
  { text: 'The choir of our school sings in the town hall on Sunday.', labels: ['music', 'education'] },
  {
    text: 'We store your e-mail address and your date of birth for as long as you have an account.',
    labels: ['personal data'],
  },
  { text: 'Please delete everything you have stored about me.', labels: ['personal data', 'question'] },
  {
    text: 'Thieves copied the names and card numbers of two million customers of the shop.',
    labels: ['personal data', 'business'],
  },
  {
    text: 'It is outrageous that my telephone number was passed on to advertisers.',
    labels: ['personal data', 'complaint'],
  },
];
