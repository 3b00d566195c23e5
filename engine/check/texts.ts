/** Of many kinds, lengths and languages: the scales of activations come from these. */
export const SEEN = [
  'ok',
  'THIS IS THE WORST SERVICE I HAVE EVER HAD!!!',
  'Thanks so much, you made my day 😊',
  'Refund of $1,249.00 requested on 03/14/2025, order #A-77412.',
  'The screen went black after the update; pressing the power button for ten seconds brought it back.',
  'Can I pay by invoice? We are a school and have no credit card.',
  'I like the colour, but the sleeves are too short and the zip broke on the second day.',
  'The court held that the contract was void because neither party had signed the annex.',
  'TypeError: cannot read properties of undefined (reading "length") at index.js:42:17',
  'See https://example.org/help?topic=billing&lang=en for the terms.',
  'Mix flour, salt and water. Knead for ten minutes. Leave to rise overnight.',
  'Shares fell 4.2 % in early trading as investors weighed the prospect of higher interest rates.',
  'Patients who took the drug slept longer, yet complained of headaches and a dry mouth.',
  'Der Zug hatte vierzig Minuten Verspätung, und niemand sagte uns, warum.',
  'Le repas était excellent, mais le service un peu lent.',
  'La aplicación se cierra sola cuando intento subir una foto.',
  'In the valley the river bends twice, passes the old mill, and is lost among reeds; beyond it, so the farmers say, nobody has walked since the flood of 1931, when the bridge and nine houses were carried away in a single night.',
  'Please move my appointment from Tuesday to Thursday, any time after three.',
  'First she won the junior title, then the open, and last year, at nineteen, the world championship.',
  'Hello? Hello? Is anybody there?',
  'The committee recommends that funding be continued for three years, subject to a review of costs after the first.',
  'Battery: 9/10. Camera: 7/10. Price: far too high.',
  'An earthquake of magnitude 6.1 shook the coast before dawn; no injuries were reported.',
  'We never received the second box, and the first one had been opened.',
  'The hotel itself is a pleasant surprise. From the outside it looks like any other block of the seventies, but the rooms were done up last winter, the beds are good, and somebody has thought about where a traveller wants a socket. Breakfast starts at half past six, which suited us, and the bread is baked in the house. Two things spoil it. The lift was out of order for three of our five days, and nobody had thought of telling guests on the upper floors before they arrived with their cases. And the air conditioning in the corridor hums all night, loudly enough that we asked for another room on the second evening. The young man at the desk could not have been kinder about it: he carried the bags himself and sent up a bottle of wine. We would come back, though with ear plugs, and we would ask for a room on the courtyard side, where it is quiet and the swifts nest under the roof.',
  'Minutes of the meeting of the water board, 14 October. Present: nine members; apologies from two. 1. The minutes of 9 September were approved without changes. 2. Pumping station: the second pump failed on 2 October because of sand in the bearings. The contractor has offered 38,400 for a new one, delivery in eleven weeks, or 9,150 for a repair without guarantee. After discussion the board chose the new pump, with four votes against. 3. Nitrate: the values at the northern well were 41, 44 and 47 milligrams per litre in July, August and September. The limit is 50. Farmers in the catchment will be invited to talks before winter wheat is sown. 4. Charges: the treasurer proposed raising the price per cubic metre from 1.62 to 1.71 from January. Several members asked that households with small children be spared; it was explained that the law leaves no room for that. The proposal was adopted. 5. Any other business: the fence at the reservoir has been cut again. The meeting closed at 21:10.',
  'Da die Heizung schon im vorigen Winter zweimal ausgefallen war, hatten wir im Sommer eine neue einbauen lassen, und nun sitzen wir wieder im Kalten. Der Monteur kam erst nach vier Tagen, schraubte eine Stunde lang, verlangte ein Ersatzteil aus dem Werk und fuhr davon. Am Telefon heißt es jeden Morgen, das Teil sei unterwegs. Inzwischen schlafen die Kinder bei den Großeltern. Ich bitte Sie, uns entweder bis Freitag ein Leihgerät aufzustellen oder den Vertrag rückgängig zu machen; die Fotos der Fehlermeldungen E14 und E27 lege ich bei.',
];

/** Of several kinds and lengths: what was made of the others is tested on these. */
export const UNSEEN = [
  'The parcel arrived two weeks late, and nobody answered my e-mails.',
  'Great value for the price; I would buy it again.',
  'how do i reset my password??',
  'The government announced new rules for banks on Tuesday, to come into force next year.',
  'Researchers measured lead in the blood of 240 children who live near the smelter and compared it with the national average.',
  'Heat the oil, add the onions and cook until soft.',
  'Two goals in the last five minutes gave the visitors a surprising win.',
  'She plays the violin every evening in a small church by the river.',
  "I ordered the blue kettle on the third, with the promise that it would be here by the weekend. On Saturday the tracking page said that the driver had rung and found nobody at home, which cannot be true, since my mother sat by the window all day waiting for him. On Monday the parcel was back at the depot, on Tuesday it was lost, and on Thursday a kettle came, but a red one, with a dent in the lid and somebody else's invoice in the box. I wrote to the shop twice. The first answer was plainly made by a machine: it thanked me for my interest in garden furniture. The second came from a person called Ruth, who apologised, sent the right kettle the same day and let me keep the red one for spares. It boils quickly and pours well, and the lid stays on. So: five stars for Ruth, one for the courier, and three for the kettle, which is louder than I would like.",
  'Section 4 of the agreement obliges the tenant to give notice of any defect within ten days of finding it. The tenant says that she reported the damp in the north wall by telephone on 3 March and again on 17 March; the landlord denies both calls, and the telephone company has kept no records. What is not disputed is that a plumber whom the landlord had sent for another reason saw the stain on 20 March and mentioned it in his bill. The court of first instance took that to be notice enough. On appeal the landlord argues that a remark by a third party, made for another purpose, cannot replace a notice which the contract wants in writing. We do not agree. The purpose of the clause is that the landlord learns of a defect in time to mend it, and learn of it he did.',
];

export const HYPOTHESES = ['This text is about money.', 'The author complains.'];
