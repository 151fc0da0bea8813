BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	role VARCHAR, 
	ticket_id INTEGER, 
	action VARCHAR NOT NULL, 
	from_state VARCHAR, 
	to_state VARCHAR, 
	text_hash VARCHAR, 
	detail JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);
INSERT INTO "audit" VALUES(1,'2026-03-02 07:55:00.000000','bot',NULL,1,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "backlog": true}');
INSERT INTO "audit" VALUES(2,'2026-03-02 08:13:00.000000','bot',NULL,2,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(3,'2026-03-02 08:13:00.000000','bot',NULL,3,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(4,'2026-03-02 08:15:02.000000','bot',NULL,4,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(5,'2026-03-02 08:44:00.000000','bot',NULL,5,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(6,'2026-03-02 08:44:00.000000','bot',NULL,6,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(7,'2026-03-02 08:44:00.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(8,'2026-03-02 08:44:00.000000','clock',NULL,3,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(9,'2026-03-02 08:46:03.000000','bot',NULL,7,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(10,'2026-03-02 08:46:03.000000','clock',NULL,4,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(11,'2026-03-02 08:55:02.000000','clock',NULL,5,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["seen/10m chat"]}');
INSERT INTO "audit" VALUES(12,'2026-03-02 08:57:03.000000','clock',NULL,7,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["seen/10m chat"]}');
INSERT INTO "audit" VALUES(13,'2026-03-02 08:59:04.000000','clock',NULL,5,'seen_breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T08:59:00+00:00"}');
INSERT INTO "audit" VALUES(14,'2026-03-02 08:59:04.000000','clock',NULL,5,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["seen/15m managers"]}');
INSERT INTO "audit" VALUES(15,'2026-03-02 09:01:05.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(16,'2026-03-02 09:01:05.000000','clock',NULL,3,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(17,'2026-03-02 09:01:05.000000','clock',NULL,7,'seen_breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T09:01:03+00:00"}');
INSERT INTO "audit" VALUES(18,'2026-03-02 09:01:05.000000','clock',NULL,7,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["seen/15m managers"]}');
INSERT INTO "audit" VALUES(19,'2026-03-02 09:03:07.000000','clock',NULL,4,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(20,'2026-03-02 09:13:20.000000','clock',NULL,2,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T09:13:00+00:00"}');
INSERT INTO "audit" VALUES(21,'2026-03-02 09:13:20.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(22,'2026-03-02 09:13:20.000000','clock',NULL,3,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T09:13:00+00:00"}');
INSERT INTO "audit" VALUES(23,'2026-03-02 09:13:20.000000','clock',NULL,3,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(24,'2026-03-02 09:15:42.000000','clock',NULL,6,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(25,'2026-03-02 09:15:42.000000','clock',NULL,4,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T09:15:02+00:00"}');
INSERT INTO "audit" VALUES(26,'2026-03-02 09:15:42.000000','clock',NULL,4,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(27,'2026-03-02 09:20:00.000000','marina','manager',3,'approve','waiting','approved','a4fad763c9471d71884ec317c1a4f239331877f1ed6a6c4bcaa4e6910a7d3edb','{"revision": 3, "round": 1, "draft_id": 3}');
INSERT INTO "audit" VALUES(28,'2026-03-02 09:20:01.000000','marina','manager',3,'posted','approved','posted','a4fad763c9471d71884ec317c1a4f239331877f1ed6a6c4bcaa4e6910a7d3edb','{"revision": 4, "round": 1, "draft_id": 3}');
INSERT INTO "audit" VALUES(29,'2026-03-02 09:20:02.000000','ivan','staff',5,'propose','waiting','proposed','37816a74336650ec0b2b29cda5332742018b8a333323649f87acdacd6645222f','{"revision": 3, "round": 1, "draft_id": 5}');
INSERT INTO "audit" VALUES(30,'2026-03-02 09:20:05.000000','marina','manager',6,'skip','waiting','skipped','583ef333fc77af186633c5018324c95982d55984a01dd7d8ba4413759f834caa','{"revision": 2, "round": 1, "reason": "spam", "draft_id": 6}');
INSERT INTO "audit" VALUES(31,'2026-03-02 09:20:06.000000','marina','manager',4,'approve','waiting','approved','7037fe7612427d63d2150bd00856f2790934aa3a91ec13eba844b0c82a919492','{"revision": 3, "round": 1, "draft_id": 4}');
INSERT INTO "audit" VALUES(32,'2026-03-02 09:20:07.000000','marina','manager',7,'approve','waiting','approved','c92ee72ea46a8526f531d4627be2c03f48310845cdf2cf3544d85f89350b2434','{"revision": 3, "round": 1, "draft_id": 7}');
INSERT INTO "audit" VALUES(33,'2026-03-02 09:22:09.000000','bot',NULL,4,'published','approved','posted','7037fe7612427d63d2150bd00856f2790934aa3a91ec13eba844b0c82a919492','{"revision": 4, "round": 1, "draft_id": 4}');
INSERT INTO "audit" VALUES(34,'2026-03-02 09:22:10.000000','bot',NULL,7,'publish_refused','approved','failed','c92ee72ea46a8526f531d4627be2c03f48310845cdf2cf3544d85f89350b2434','{"revision": 4, "round": 1, "reason": "the site has no such page", "draft_id": 7}');
INSERT INTO "audit" VALUES(35,'2026-03-02 09:24:13.000000','site',NULL,4,'reply_seen','posted','answered','7037fe7612427d63d2150bd00856f2790934aa3a91ec13eba844b0c82a919492','{"revision": 5, "round": 1, "draft_id": 4}');
INSERT INTO "audit" VALUES(36,'2026-03-02 09:31:20.000000','bot',NULL,8,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(37,'2026-03-02 09:33:22.000000','site',NULL,2,'reply_seen','waiting','answered','8dffaa25d66293ad59567514958e7fc939d9c192131d6b83f3f7c142cfff2081','{"revision": 3, "round": 1, "draft_id": 2}');
INSERT INTO "audit" VALUES(38,'2026-03-02 10:00:00.000000','ivan','staff',8,'take','waiting','waiting','5483c7eb71297767dadcff681bd218bb34bb23457511294ee5c64d633510cd0f','{"revision": 2, "round": 1, "draft_id": 8}');
INSERT INTO "audit" VALUES(39,'2026-03-02 10:02:01.000000','clock',NULL,8,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(40,'2026-03-02 10:09:22.000000','bot',NULL,9,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(41,'2026-03-02 10:09:22.000000','bot',NULL,10,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(42,'2026-03-02 10:09:22.000000','bot',NULL,11,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(43,'2026-03-02 10:09:22.000000','site',NULL,3,'reply_seen','posted','answered','a4fad763c9471d71884ec317c1a4f239331877f1ed6a6c4bcaa4e6910a7d3edb','{"revision": 5, "round": 1, "draft_id": 3}');
INSERT INTO "audit" VALUES(44,'2026-03-02 10:19:20.000000','clock',NULL,8,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(45,'2026-03-02 10:21:41.000000','clock',NULL,5,'reminded',NULL,'proposed',NULL,'{"revision": 3, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(46,'2026-03-02 10:23:42.000000','clock',NULL,7,'reminded',NULL,'failed',NULL,'{"revision": 4, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(47,'2026-03-02 10:31:20.000000','clock',NULL,8,'breach',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "due_at": "2026-03-02T10:31:20+00:00"}');
INSERT INTO "audit" VALUES(48,'2026-03-02 10:31:20.000000','clock',NULL,8,'reminded',NULL,'waiting',NULL,'{"revision": 3, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(49,'2026-03-02 10:39:22.000000','clock',NULL,9,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(50,'2026-03-02 10:39:22.000000','clock',NULL,10,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(51,'2026-03-02 10:39:22.000000','clock',NULL,11,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(52,'2026-03-02 10:40:00.000000','marina','manager',9,'approve','waiting','approved','fedf0d7227063efdc84014f6cdc3bca04727369ff74de63753fee716c9f4f8e2','{"revision": 2, "round": 1, "draft_id": 9}');
INSERT INTO "audit" VALUES(53,'2026-03-02 10:40:03.000000','marina','manager',11,'snooze','waiting','waiting','a4809528331594d707506e90e3cdfe2368b9426b19ff209e5a9b01821a0c301f','{"revision": 2, "round": 1, "until": "2026-03-03T07:00:00+00:00", "draft_id": 11}');
INSERT INTO "audit" VALUES(54,'2026-03-02 10:44:07.000000','site',NULL,2,'edited_worse','answered','waiting','611481d9dc5bcef17bd7e3b1579f6f78cfd22c9f8d5e562b117165abd82ef09c','{"revision": 4, "round": 2, "draft_id": 12, "text": true}');
INSERT INTO "audit" VALUES(55,'2026-03-02 10:44:07.000000','clock',NULL,5,'breach',NULL,'proposed',NULL,'{"revision": 3, "round": 1, "due_at": "2026-03-02T10:44:00+00:00"}');
INSERT INTO "audit" VALUES(56,'2026-03-02 10:44:07.000000','clock',NULL,5,'reminded',NULL,'proposed',NULL,'{"revision": 4, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(57,'2026-03-02 10:46:11.000000','clock',NULL,7,'breach',NULL,'failed',NULL,'{"revision": 4, "round": 1, "due_at": "2026-03-02T10:46:03+00:00"}');
INSERT INTO "audit" VALUES(58,'2026-03-02 10:46:11.000000','clock',NULL,7,'reminded',NULL,'failed',NULL,'{"revision": 5, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(59,'2026-03-02 10:54:07.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 4, "round": 2, "steps": ["seen/10m chat"]}');
INSERT INTO "audit" VALUES(60,'2026-03-02 10:58:08.000000','clock',NULL,9,'reminded',NULL,'approved',NULL,'{"revision": 2, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(61,'2026-03-02 10:58:08.000000','clock',NULL,10,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(62,'2026-03-02 11:00:09.000000','clock',NULL,2,'seen_breach',NULL,'waiting',NULL,'{"revision": 4, "round": 2, "due_at": "2026-03-02T10:59:07+00:00"}');
INSERT INTO "audit" VALUES(63,'2026-03-02 11:00:09.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 5, "round": 2, "steps": ["seen/15m managers"]}');
INSERT INTO "audit" VALUES(64,'2026-03-02 11:11:20.000000','clock',NULL,9,'breach',NULL,'approved',NULL,'{"revision": 2, "round": 1, "due_at": "2026-03-02T11:09:22+00:00"}');
INSERT INTO "audit" VALUES(65,'2026-03-02 11:11:20.000000','clock',NULL,9,'reminded',NULL,'approved',NULL,'{"revision": 3, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(66,'2026-03-02 11:11:20.000000','clock',NULL,10,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-02T11:09:22+00:00"}');
INSERT INTO "audit" VALUES(67,'2026-03-02 11:11:20.000000','clock',NULL,10,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(68,'2026-03-02 11:11:20.000000','clock',NULL,11,'breach',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "due_at": "2026-03-02T11:09:22+00:00"}');
INSERT INTO "audit" VALUES(69,'2026-03-02 12:20:31.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 5, "round": 2, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(70,'2026-03-02 12:44:11.000000','clock',NULL,2,'breach',NULL,'waiting',NULL,'{"revision": 5, "round": 2, "due_at": "2026-03-02T12:44:07+00:00"}');
INSERT INTO "audit" VALUES(71,'2026-03-02 12:44:11.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 6, "round": 2, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(72,'2026-03-02 14:32:31.000000','clock',NULL,8,'reminded',NULL,'waiting',NULL,'{"revision": 3, "round": 1, "steps": ["+4h managers"]}');
INSERT INTO "audit" VALUES(73,'2026-03-02 15:09:42.000000','clock',NULL,9,'reminded',NULL,'approved',NULL,'{"revision": 3, "round": 1, "steps": ["+4h managers"]}');
INSERT INTO "audit" VALUES(74,'2026-03-02 15:09:42.000000','clock',NULL,10,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["+4h managers"]}');
INSERT INTO "audit" VALUES(75,'2026-03-03 07:00:00.000000','clock',NULL,11,'woke',NULL,'waiting',NULL,'{"revision": 3, "round": 1}');
INSERT INTO "audit" VALUES(76,'2026-03-03 07:00:00.000000','clock',NULL,11,'reminded',NULL,'waiting',NULL,'{"revision": 4, "round": 1, "steps": ["80% holder", "100% managers", "+4h managers"]}');
INSERT INTO "audit" VALUES(77,'2026-03-03 10:32:11.000000','clock',NULL,8,'reminded',NULL,'waiting',NULL,'{"revision": 3, "round": 1, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(78,'2026-03-03 10:44:00.000000','clock',NULL,5,'reminded',NULL,'proposed',NULL,'{"revision": 4, "round": 1, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(79,'2026-03-03 10:48:01.000000','clock',NULL,7,'reminded',NULL,'failed',NULL,'{"revision": 5, "round": 1, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(80,'2026-03-03 11:02:00.000000','site',NULL,10,'confirmed_gone','waiting','gone','4993f251bce6e22b7fc22813298b450c788ca18709eb131c05477c78909b6d3c','{"revision": 3, "round": 1, "draft_id": 10}');
INSERT INTO "audit" VALUES(81,'2026-03-03 11:10:21.000000','bot',NULL,12,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(82,'2026-03-03 11:10:21.000000','clock',NULL,9,'reminded',NULL,'approved',NULL,'{"revision": 3, "round": 1, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(83,'2026-03-03 11:10:21.000000','clock',NULL,11,'reminded',NULL,'waiting',NULL,'{"revision": 4, "round": 1, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(84,'2026-03-03 11:40:21.000000','clock',NULL,12,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(85,'2026-03-03 11:58:21.000000','clock',NULL,12,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(86,'2026-03-03 12:10:21.000000','clock',NULL,12,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-03T12:10:21+00:00"}');
INSERT INTO "audit" VALUES(87,'2026-03-03 12:10:21.000000','clock',NULL,12,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(88,'2026-03-03 12:44:07.000000','clock',NULL,2,'reminded',NULL,'waiting',NULL,'{"revision": 6, "round": 2, "steps": ["daily managers#2026-03-03"]}');
INSERT INTO "audit" VALUES(89,'2026-03-04 07:10:21.000000','clock',NULL,12,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["+4h managers"]}');
INSERT INTO "audit" VALUES(90,'2026-03-04 07:56:07.000000','bot',NULL,13,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(91,'2026-03-04 07:56:07.000000','bot',NULL,14,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(92,'2026-03-04 08:06:21.000000','clock',NULL,14,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["seen/10m chat"]}');
INSERT INTO "audit" VALUES(93,'2026-03-04 08:11:07.000000','clock',NULL,14,'seen_breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-04T08:11:07+00:00"}');
INSERT INTO "audit" VALUES(94,'2026-03-04 08:11:07.000000','clock',NULL,14,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["seen/15m managers"]}');
INSERT INTO "audit" VALUES(95,'2026-03-04 08:20:00.000000','marina','manager',14,'approve','waiting','approved','37816a74336650ec0b2b29cda5332742018b8a333323649f87acdacd6645222f','{"revision": 3, "round": 1, "draft_id": 15}');
INSERT INTO "audit" VALUES(96,'2026-03-04 08:20:01.000000','marina','manager',14,'posted','approved','posted','37816a74336650ec0b2b29cda5332742018b8a333323649f87acdacd6645222f','{"revision": 4, "round": 1, "draft_id": 15}');
INSERT INTO "audit" VALUES(97,'2026-03-04 08:20:06.000000','nina','admin',NULL,'invited',NULL,NULL,NULL,'{"invite": 1, "invited_as": "staff"}');
INSERT INTO "audit" VALUES(98,'2026-03-04 08:26:21.000000','clock',NULL,13,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["50% chat"]}');
INSERT INTO "audit" VALUES(99,'2026-03-04 08:28:22.000000','bot',NULL,15,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(100,'2026-03-04 08:38:22.000000','clock',NULL,15,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["seen/10m chat"]}');
INSERT INTO "audit" VALUES(101,'2026-03-04 08:44:23.000000','clock',NULL,15,'seen_breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-04T08:43:22+00:00"}');
INSERT INTO "audit" VALUES(102,'2026-03-04 08:44:23.000000','clock',NULL,15,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["seen/15m managers"]}');
INSERT INTO "audit" VALUES(103,'2026-03-04 08:44:23.000000','clock',NULL,13,'reminded',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "steps": ["80% holder"]}');
INSERT INTO "audit" VALUES(104,'2026-03-04 08:56:07.000000','clock',NULL,13,'breach',NULL,'waiting',NULL,'{"revision": 1, "round": 1, "due_at": "2026-03-04T08:56:07+00:00"}');
INSERT INTO "audit" VALUES(105,'2026-03-04 08:56:07.000000','clock',NULL,13,'reminded',NULL,'waiting',NULL,'{"revision": 2, "round": 1, "steps": ["100% managers"]}');
INSERT INTO "audit" VALUES(106,'2026-03-04 09:00:00.000000','bot',NULL,NULL,'rename',NULL,NULL,NULL,'{"from": "arbat-7", "to": "arbat", "tickets": 2, "targets": 1, "people": 0}');
INSERT INTO "audit" VALUES(107,'2026-03-04 09:45:21.000000','bot',NULL,16,'opened',NULL,'waiting',NULL,'{"revision": 1, "round": 1}');
INSERT INTO "audit" VALUES(108,'2026-03-04 09:45:21.000000','marina','manager',15,'approve','waiting','approved','c92ee72ea46a8526f531d4627be2c03f48310845cdf2cf3544d85f89350b2434','{"revision": 3, "round": 1, "draft_id": 16}');
CREATE TABLE card (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	chat_key VARCHAR NOT NULL, 
	chat_id BIGINT NOT NULL, 
	thread_id INTEGER, 
	message_id INTEGER NOT NULL, 
	shown_revision INTEGER NOT NULL, 
	sent_at DATETIME NOT NULL, 
	dead_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id), 
	UNIQUE (chat_id, message_id)
);
INSERT INTO "card" VALUES(1,2,1,'support',-1001,NULL,3,6,'2026-03-02 08:13:00.000000',NULL);
INSERT INTO "card" VALUES(2,3,1,'support',-1001,NULL,4,5,'2026-03-02 08:13:01.000000',NULL);
INSERT INTO "card" VALUES(3,4,1,'support',-1001,NULL,5,5,'2026-03-02 08:15:03.000000',NULL);
INSERT INTO "card" VALUES(4,5,1,'support',-1001,NULL,6,4,'2026-03-02 08:44:00.000000',NULL);
INSERT INTO "card" VALUES(5,6,1,'support',-1001,NULL,7,2,'2026-03-02 08:44:01.000000',NULL);
INSERT INTO "card" VALUES(6,7,1,'support',-1001,NULL,9,5,'2026-03-02 08:46:03.000000',NULL);
INSERT INTO "card" VALUES(7,8,1,'support',-1001,NULL,29,3,'2026-03-02 09:31:20.000000',NULL);
INSERT INTO "card" VALUES(8,9,1,'support',-1001,NULL,33,3,'2026-03-02 10:09:22.000000',NULL);
INSERT INTO "card" VALUES(9,10,1,'support',-1001,NULL,34,3,'2026-03-02 10:09:23.000000',NULL);
INSERT INTO "card" VALUES(10,11,1,'support',-1001,NULL,35,4,'2026-03-02 10:09:24.000000',NULL);
INSERT INTO "card" VALUES(11,2,2,'support',-1001,NULL,51,6,'2026-03-02 10:44:07.000000',NULL);
INSERT INTO "card" VALUES(12,12,1,'support',-1001,NULL,68,2,'2026-03-03 11:10:21.000000',NULL);
INSERT INTO "card" VALUES(13,13,1,'support',-1001,NULL,77,2,'2026-03-04 07:56:07.000000',NULL);
INSERT INTO "card" VALUES(14,14,1,'support',-1001,NULL,78,4,'2026-03-04 07:56:08.000000',NULL);
INSERT INTO "card" VALUES(15,15,1,'support',-1001,NULL,97,2,'2026-03-04 08:28:22.000000',NULL);
CREATE TABLE chat (
	chat_id BIGINT NOT NULL, 
	title VARCHAR, 
	migrated_to BIGINT, 
	dead_since DATETIME, 
	reason VARCHAR, 
	topics_closed JSON NOT NULL, 
	retry_after_until DATETIME, 
	PRIMARY KEY (chat_id)
);
CREATE TABLE digest_sent (
	chat_key VARCHAR NOT NULL, 
	period VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	PRIMARY KEY (chat_key, period)
);
INSERT INTO "digest_sent" VALUES('managers','daily:2026-03-03','2026-03-03 06:16:11.000000');
INSERT INTO "digest_sent" VALUES('managers','daily:2026-03-04','2026-03-04 06:18:22.000000');
CREATE TABLE draft (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	author_kind VARCHAR NOT NULL, 
	author_key VARCHAR, 
	template_id VARCHAR, 
	language VARCHAR, 
	text TEXT NOT NULL, 
	hash VARCHAR NOT NULL, 
	why VARCHAR NOT NULL, 
	topic VARCHAR, 
	wording INTEGER, 
	chat_id BIGINT, 
	message_id INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);
INSERT INTO "draft" VALUES(1,1,'2026-03-02 07:55:00.000000','template',NULL,'ru.negative.staff.1','ru','Пётр, здравствуйте! Спасибо, что написали. Жаль, что общение с нашими сотрудниками оставило такое впечатление. Подскажите день и время визита: управляющий поговорит с теми, кто работал в ту смену. Для связи с нами: +7 495 000-00-01.','1317cc222a66f1cde01e9ffcf4213931235dc64a3beab16d06dfffb6881bd1c7','template=ru.negative.staff.1 shelf=negative/staff language=ru wording=1/4','staff',1,NULL,NULL);
INSERT INTO "draft" VALUES(2,2,'2026-03-02 08:13:00.000000','template',NULL,'ru.negative.staff.2','ru','Анна, здравствуйте! Спасибо за отзыв. Нам важно, чтобы с каждым гостем говорили с уважением, и очень жаль читать о таком. Сообщите, когда это было, и управляющий выслушает обе стороны. Для связи с нами: +7 495 000-00-01.','8dffaa25d66293ad59567514958e7fc939d9c192131d6b83f3f7c142cfff2081','template=ru.negative.staff.2 shelf=negative/staff language=ru wording=2/4','staff',2,NULL,NULL);
INSERT INTO "draft" VALUES(3,3,'2026-03-02 08:13:00.000000','template',NULL,'ru.negative.cleanliness.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что вы застали у нас беспорядок. Подскажите день и время: проверим, как в ту смену шла уборка. Для связи с нами: +7 495 000-00-01.','a4fad763c9471d71884ec317c1a4f239331877f1ed6a6c4bcaa4e6910a7d3edb','template=ru.negative.cleanliness.1 shelf=negative/cleanliness language=ru wording=1/3','cleanliness',1,NULL,NULL);
INSERT INTO "draft" VALUES(4,4,'2026-03-02 08:15:02.000000','template',NULL,'ru.negative.waiting.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что пришлось долго ждать. Подскажите, пожалуйста, день и примерное время: управляющий посмотрит, как работала та смена. Для связи с нами: +7 495 000-00-01.','7037fe7612427d63d2150bd00856f2790934aa3a91ec13eba844b0c82a919492','template=ru.negative.waiting.1 shelf=negative/waiting language=ru wording=1/4','waiting',1,NULL,NULL);
INSERT INTO "draft" VALUES(5,5,'2026-03-02 08:44:00.000000','template',NULL,'ru.critical.general.1','ru','Анна, здравствуйте! Спасибо, что сообщили. Нам очень жаль, что вам пришлось об этом писать, и мы относимся к этому серьёзно. Руководитель уже разбирается и хочет поговорить с вами лично. Подскажите, пожалуйста, дату, время и удобный способ связи. Для связи с нами: +7 495 000-00-01.','37816a74336650ec0b2b29cda5332742018b8a333323649f87acdacd6645222f','template=ru.critical.general.1 shelf=critical/general language=ru wording=1/3',NULL,1,NULL,NULL);
INSERT INTO "draft" VALUES(6,6,'2026-03-02 08:44:00.000000','template',NULL,'ru.negative.price.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что цена вас неприятно удивила. Пришлите, пожалуйста, дату и сумму чека: проверим, всё ли в нём верно. Для связи с нами: +7 495 000-00-01.','583ef333fc77af186633c5018324c95982d55984a01dd7d8ba4413759f834caa','template=ru.negative.price.1 shelf=negative/price language=ru wording=1/3','price',1,NULL,NULL);
INSERT INTO "draft" VALUES(7,7,'2026-03-02 08:46:03.000000','template',NULL,'ru.critical.general.2','ru','Анна, здравствуйте! Спасибо за ваше сообщение. Сожалеем, что ваш визит запомнился таким. Отзыв передан руководителю: он проверит всё по этому дню. Нам важно услышать подробности от вас напрямую. Для связи с нами: +7 495 000-00-01.','c92ee72ea46a8526f531d4627be2c03f48310845cdf2cf3544d85f89350b2434','template=ru.critical.general.2 shelf=critical/general language=ru wording=2/3',NULL,2,NULL,NULL);
INSERT INTO "draft" VALUES(8,8,'2026-03-02 09:31:20.000000','template',NULL,'ru.negative.payment.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что оплата доставила вам хлопоты. Сообщите дату, время и сумму без данных карты: проверим операцию. Будем рады, если вы свяжетесь с нами напрямую.','5483c7eb71297767dadcff681bd218bb34bb23457511294ee5c64d633510cd0f','template=ru.negative.payment.1 shelf=negative/payment language=ru wording=1/3','payment',1,NULL,NULL);
INSERT INTO "draft" VALUES(9,9,'2026-03-02 10:09:22.000000','template',NULL,'ru.negative.place.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что у нас вам было неуютно. Расскажите, что именно мешало: управляющий посмотрит на это своими глазами. Для связи с нами: +7 495 000-00-01.','fedf0d7227063efdc84014f6cdc3bca04727369ff74de63753fee716c9f4f8e2','template=ru.negative.place.1 shelf=negative/place language=ru wording=1/3','place',1,NULL,NULL);
INSERT INTO "draft" VALUES(10,10,'2026-03-02 10:09:22.000000','template',NULL,'ru.negative.staff.3','ru','Анна, здравствуйте! Благодарим, что рассказали об этом. Сожалеем, что разговор вас огорчил. Передали отзыв управляющему. Чтобы понять, о ком речь, ему нужны дата и время. Для связи с нами: +7 495 000-00-01.','4993f251bce6e22b7fc22813298b450c788ca18709eb131c05477c78909b6d3c','template=ru.negative.staff.3 shelf=negative/staff language=ru wording=3/4','staff',3,NULL,NULL);
INSERT INTO "draft" VALUES(11,11,'2026-03-02 10:09:22.000000','template',NULL,'ru.negative.food.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что еда вас разочаровала. Подскажите, какое это было блюдо и когда: шеф проверит, как его готовят. Для связи с нами: +7 495 000-00-01.','a4809528331594d707506e90e3cdfe2368b9426b19ff209e5a9b01821a0c301f','template=ru.negative.food.1 shelf=negative/food language=ru wording=1/4','food',1,NULL,NULL);
INSERT INTO "draft" VALUES(12,2,'2026-03-02 10:44:07.000000','template',NULL,'ru.critical.general.3','ru','Анна, здравствуйте! Спасибо, что не промолчали. Мы сочувствуем и понимаем, насколько это важно. Чтобы проверить каждую деталь, руководителю нужны дата и время визита и ваш рассказ. Для связи с нами: +7 495 000-00-01.','611481d9dc5bcef17bd7e3b1579f6f78cfd22c9f8d5e562b117165abd82ef09c','template=ru.critical.general.3 shelf=critical/general language=ru wording=3/3',NULL,3,NULL,NULL);
INSERT INTO "draft" VALUES(13,12,'2026-03-03 11:10:21.000000','template',NULL,'ru.negative.cleanliness.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что вы застали у нас беспорядок. Подскажите день и время: проверим, как в ту смену шла уборка. Будем рады, если вы свяжетесь с нами напрямую.','5685c97b21d2f77da106506bab5d4012ff73bde6aeda0bb74f681d5b69222241','template=ru.negative.cleanliness.1 shelf=negative/cleanliness language=ru wording=1/3','cleanliness',1,NULL,NULL);
INSERT INTO "draft" VALUES(14,13,'2026-03-04 07:56:07.000000','template',NULL,'ru.negative.staff.1','ru','Анна, здравствуйте! Спасибо, что написали. Жаль, что общение с нашими сотрудниками оставило такое впечатление. Подскажите день и время визита: управляющий поговорит с теми, кто работал в ту смену. Для связи с нами: +7 495 000-00-01.','7dc3d0e23f2d19169e151b8b74b843710121de4368376109e18ba368a06bbc68','template=ru.negative.staff.1 shelf=negative/staff language=ru wording=1/4','staff',1,NULL,NULL);
INSERT INTO "draft" VALUES(15,14,'2026-03-04 07:56:07.000000','template',NULL,'ru.critical.general.1','ru','Анна, здравствуйте! Спасибо, что сообщили. Нам очень жаль, что вам пришлось об этом писать, и мы относимся к этому серьёзно. Руководитель уже разбирается и хочет поговорить с вами лично. Подскажите, пожалуйста, дату, время и удобный способ связи. Для связи с нами: +7 495 000-00-01.','37816a74336650ec0b2b29cda5332742018b8a333323649f87acdacd6645222f','template=ru.critical.general.1 shelf=critical/general language=ru wording=1/3',NULL,1,NULL,NULL);
INSERT INTO "draft" VALUES(16,15,'2026-03-04 08:28:22.000000','template',NULL,'ru.critical.general.2','ru','Анна, здравствуйте! Спасибо за ваше сообщение. Сожалеем, что ваш визит запомнился таким. Отзыв передан руководителю: он проверит всё по этому дню. Нам важно услышать подробности от вас напрямую. Для связи с нами: +7 495 000-00-01.','c92ee72ea46a8526f531d4627be2c03f48310845cdf2cf3544d85f89350b2434','template=ru.critical.general.2 shelf=critical/general language=ru wording=2/3',NULL,2,NULL,NULL);
INSERT INTO "draft" VALUES(17,16,'2026-03-04 09:45:21.000000','template',NULL,'ru.negative.cleanliness.2','ru','Анна, здравствуйте! Спасибо за отзыв. Чистота важна и нам, поэтому читать такое особенно неприятно. Сообщите, где и когда вы это увидели, и управляющий проверит лично. Будем рады, если вы свяжетесь с нами напрямую.','0add7f8a5610ec0cfcd9ac4b60677d64055e6a18514ee130f1dfe77dabad6dc8','template=ru.negative.cleanliness.2 shelf=negative/cleanliness language=ru wording=2/3','cleanliness',2,NULL,NULL);
CREATE TABLE host (
	name VARCHAR NOT NULL, 
	next_allowed_at DATETIME, 
	backoff_until DATETIME, 
	backoff_step INTEGER NOT NULL, 
	retry_after_until DATETIME, 
	bad_since DATETIME, 
	told_at DATETIME, 
	cause VARCHAR, 
	requests_on VARCHAR, 
	requests INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "host" VALUES('127.0.0.1','2026-03-04 09:45:41.000000',NULL,0,NULL,NULL,NULL,NULL,'2026-03-04',96);
CREATE TABLE inbox (
	id INTEGER NOT NULL, 
	update_id BIGINT NOT NULL, 
	raw TEXT NOT NULL, 
	received_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	done_at DATETIME, 
	parked_at DATETIME, 
	error VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (update_id)
);
INSERT INTO "inbox" VALUES(24,700024,'{"message": {"message_id": 92, "date": 1760000092, "chat": {"id": 505, "type": "private", "title": "\u041d\u0438\u043d\u0430"}, "from": {"id": 505, "is_bot": false, "first_name": "\u041d\u0438\u043d\u0430"}, "text": "/invite", "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}, "update_id": 700024}','2026-03-04 08:20:06.000000',0,'2026-03-04 08:20:06.000000',NULL,NULL);
INSERT INTO "inbox" VALUES(25,700025,'{"message": {"message_id": 94, "date": 1760000094, "chat": {"id": 504, "type": "private", "title": "\u0418\u0432\u0430\u043d"}, "from": {"id": 504, "is_bot": false, "first_name": "\u0418\u0432\u0430\u043d"}, "text": "/queue", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}, "update_id": 700025}','2026-03-04 08:20:07.000000',0,'2026-03-04 08:20:07.000000',NULL,NULL);
INSERT INTO "inbox" VALUES(26,700026,'{"callback_query": {"id": "102", "from": {"id": 502, "is_bot": false, "first_name": "\u041c\u0430\u0440\u0438\u043d\u0430"}, "chat_instance": "1", "data": "1:15:2:approve", "message": {"message_id": 97, "date": 1760000097, "chat": {"id": -1001, "type": "supergroup", "title": "\u041e\u0442\u0437\u044b\u0432\u044b"}, "from": {"id": 501, "is_bot": true, "first_name": "Reviews", "username": "reviews_test_bot"}, "text": "\ud83d\udea8 \u041a\u0440\u0438\u0442\u0438\u0447\u043d\u043e, 1\u2605 \u00b7 Google \u041a\u0430\u0440\u0442\u044b \u00b7 \u0422\u043e\u0447\u043a\u0430, \u0422\u0432\u0435\u0440\u0441\u043a\u0430\u044f 12\n\u0410\u043d\u043d\u0430 \u041a\u043e\u0442\u043e\u0432\u0430 \u00b7 4 \u043c\u0430\u0440, 11:20, \u0443\u0432\u0438\u0434\u0435\u043b\u0438 \u0432 11:28 \u00b7 \u2116 15\n\u041e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435 \u0438 \u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438. \u0411\u043e\u043b\u044c\u0448\u0435 \u043d\u0438 \u043d\u043e\u0433\u043e\u0439.\n\u041f\u043e\u0447\u0435\u043c\u0443: 1\u2605, \u00ab\u043e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438\u00bb (\u043e\u043f\u043b\u0430\u0442\u0430 \u0438 \u0432\u043e\u0437\u0432\u0440\u0430\u0442), \u00ab\u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438\u00bb (\u043f\u0435\u0440\u0441\u043e\u043d\u0430\u043b), \u00ab\u043d\u0438 \u043d\u043e\u0433\u043e\u0439\u00bb\n\u23f0 \u0412\u0437\u044f\u0442\u044c \u0434\u043e 11:43 \u00b7 \u043e\u0442\u0432\u0435\u0442\u0438\u0442\u044c \u0434\u043e 13:28\n\u0427\u0435\u0440\u043d\u043e\u0432\u0438\u043a (\u0432\u0430\u0440\u0438\u0430\u043d\u0442 2):\n\u0410\u043d\u043d\u0430, \u0437\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439\u0442\u0435! \u0421\u043f\u0430\u0441\u0438\u0431\u043e \u0437\u0430 \u0432\u0430\u0448\u0435 \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435. \u0421\u043e\u0436\u0430\u043b\u0435\u0435\u043c, \u0447\u0442\u043e \u0432\u0430\u0448 \u0432\u0438\u0437\u0438\u0442 \u0437\u0430\u043f\u043e\u043c\u043d\u0438\u043b\u0441\u044f \u0442\u0430\u043a\u0438\u043c. \u041e\u0442\u0437\u044b\u0432 \u043f\u0435\u0440\u0435\u0434\u0430\u043d \u0440\u0443\u043a\u043e\u0432\u043e\u0434\u0438\u0442\u0435\u043b\u044e: \u043e\u043d \u043f\u0440\u043e\u0432\u0435\u0440\u0438\u0442 \u0432\u0441\u0451 \u043f\u043e \u044d\u0442\u043e\u043c\u0443 \u0434\u043d\u044e. \u041d\u0430\u043c \u0432\u0430\u0436\u043d\u043e \u0443\u0441\u043b\u044b\u0448\u0430\u0442\u044c \u043f\u043e\u0434\u0440\u043e\u0431\u043d\u043e\u0441\u0442\u0438 \u043e\u0442 \u0432\u0430\u0441 \u043d\u0430\u043f\u0440\u044f\u043c\u0443\u044e. \u0414\u043b\u044f \u0441\u0432\u044f\u0437\u0438 \u0441 \u043d\u0430\u043c\u0438: +7 495 000-00-01.", "reply_markup": {"inline_keyboard": [[{"callback_data": "1:15:2:approve", "text": "\u2705 \u041e\u0442\u0432\u0435\u0442 \u0433\u043e\u0442\u043e\u0432"}, {"callback_data": "1:15:2:edit", "text": "\u270f\ufe0f \u0418\u0437\u043c\u0435\u043d\u0438\u0442\u044c"}], [{"callback_data": "1:15:2:another", "text": "\ud83d\udd04 \u0414\u0440\u0443\u0433\u043e\u0439"}, {"callback_data": "1:15:2:take", "text": "\u270b \u0411\u0435\u0440\u0443"}], [{"callback_data": "1:15:2:more", "text": "\u22ef \u0415\u0449\u0451"}]]}}}, "update_id": 700026}','2026-03-04 09:45:21.000000',0,'2026-03-04 09:45:21.000000',NULL,NULL);
INSERT INTO "inbox" VALUES(27,700027,'{"callback_query": {"id": "103", "from": {"id": 502, "is_bot": false, "first_name": "\u041c\u0430\u0440\u0438\u043d\u0430"}, "chat_instance": "1", "data": "1:5:4:approve", "message": {"message_id": 6, "date": 1760000006, "chat": {"id": -1001, "type": "supergroup", "title": "\u041e\u0442\u0437\u044b\u0432\u044b"}, "from": {"id": 501, "is_bot": true, "first_name": "Reviews", "username": "reviews_test_bot"}, "text": "\ud83d\udea8 \u041a\u0440\u0438\u0442\u0438\u0447\u043d\u043e, 1\u2605 \u00b7 \u042f\u043d\u0434\u0435\u043a\u0441 \u041a\u0430\u0440\u0442\u044b \u00b7 \u0422\u043e\u0447\u043a\u0430, \u0422\u0432\u0435\u0440\u0441\u043a\u0430\u044f 12\n\u0410\u043d\u043d\u0430 \u041a\u043e\u0442\u043e\u0432\u0430 \u00b7 2 \u043c\u0430\u0440, 11:40, \u0443\u0432\u0438\u0434\u0435\u043b\u0438 \u0432 11:44 \u00b7 \u2116 5\n\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.\n\u041f\u043e\u0447\u0435\u043c\u0443: 1\u2605, \u00ab\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u2026 \u043f\u043e\u043c\u043e\u0449\u044c\u00bb, \u00ab\u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e\u00bb, \u00ab\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c\u00bb (\u0435\u0434\u0430)\n\u23f0 \u0421\u0440\u043e\u043a \u043f\u0440\u043e\u0448\u0451\u043b \u0432 13:44\n\ud83d\ude4b \u041f\u0440\u0435\u0434\u043b\u043e\u0436\u0435\u043d\u043e: \u0418\u0432\u0430\u043d. \u0416\u0434\u0451\u0442 \u0443\u0442\u0432\u0435\u0440\u0436\u0434\u0435\u043d\u0438\u044f.\n\u0427\u0435\u0440\u043d\u043e\u0432\u0438\u043a (\u0432\u0430\u0440\u0438\u0430\u043d\u0442 1):\n\u0410\u043d\u043d\u0430, \u0437\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439\u0442\u0435! \u0421\u043f\u0430\u0441\u0438\u0431\u043e, \u0447\u0442\u043e \u0441\u043e\u043e\u0431\u0449\u0438\u043b\u0438. \u041d\u0430\u043c \u043e\u0447\u0435\u043d\u044c \u0436\u0430\u043b\u044c, \u0447\u0442\u043e \u0432\u0430\u043c \u043f\u0440\u0438\u0448\u043b\u043e\u0441\u044c \u043e\u0431 \u044d\u0442\u043e\u043c \u043f\u0438\u0441\u0430\u0442\u044c, \u0438 \u043c\u044b \u043e\u0442\u043d\u043e\u0441\u0438\u043c\u0441\u044f \u043a \u044d\u0442\u043e\u043c\u0443 \u0441\u0435\u0440\u044c\u0451\u0437\u043d\u043e. \u0420\u0443\u043a\u043e\u0432\u043e\u0434\u0438\u0442\u0435\u043b\u044c \u0443\u0436\u0435 \u0440\u0430\u0437\u0431\u0438\u0440\u0430\u0435\u0442\u0441\u044f \u0438 \u0445\u043e\u0447\u0435\u0442 \u043f\u043e\u0433\u043e\u0432\u043e\u0440\u0438\u0442\u044c \u0441 \u0432\u0430\u043c\u0438 \u043b\u0438\u0447\u043d\u043e. \u041f\u043e\u0434\u0441\u043a\u0430\u0436\u0438\u0442\u0435, \u043f\u043e\u0436\u0430\u043b\u0443\u0439\u0441\u0442\u0430, \u0434\u0430\u0442\u0443, \u0432\u0440\u0435\u043c\u044f \u0438 \u0443\u0434\u043e\u0431\u043d\u044b\u0439 \u0441\u043f\u043e\u0441\u043e\u0431 \u0441\u0432\u044f\u0437\u0438. \u0414\u043b\u044f \u0441\u0432\u044f\u0437\u0438 \u0441 \u043d\u0430\u043c\u0438: +7 495 000-00-01.", "reply_markup": {"inline_keyboard": [[{"callback_data": "1:5:4:approve", "text": "\u2705 \u041e\u0442\u0432\u0435\u0442 \u0433\u043e\u0442\u043e\u0432"}, {"callback_data": "1:5:4:edit", "text": "\u270f\ufe0f \u0418\u0437\u043c\u0435\u043d\u0438\u0442\u044c"}], [{"callback_data": "1:5:4:another", "text": "\ud83d\udd04 \u0414\u0440\u0443\u0433\u043e\u0439"}, {"callback_data": "1:5:4:take", "text": "\u270b \u0411\u0435\u0440\u0443"}], [{"text": "\u2197\ufe0f \u041e\u0442\u0437\u044b\u0432", "url": "https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom3"}, {"callback_data": "1:5:4:more", "text": "\u22ef \u0415\u0449\u0451"}]]}}}, "update_id": 700027}','2026-03-04 09:45:21.000000',0,NULL,NULL,NULL);
CREATE TABLE invite (
	id INTEGER NOT NULL, 
	code_hash VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	only JSON NOT NULL, 
	invited_by VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	used_by BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (code_hash)
);
INSERT INTO "invite" VALUES(1,'9e6245ddba0ba222a4323c8e87225f8de8c64cfa12b23fe81bb403a8bea7f25b','staff','[]','nina','2026-03-04 08:20:06.000000','2026-03-05 08:20:06.000000',NULL,NULL);
CREATE TABLE location (
	"key" VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	groups JSON NOT NULL, 
	role VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	retired_at DATETIME, 
	PRIMARY KEY ("key")
);
INSERT INTO "location" VALUES('tverskaya','Точка, Тверская 12','[]','own','Europe/Moscow',NULL);
INSERT INTO "location" VALUES('arbat-7','Точка, Арбат 7','[]','own','Europe/Moscow','2026-03-04 09:00:00.000000');
INSERT INTO "location" VALUES('nevsky','Точка, Невский 3','[]','own','Europe/Moscow',NULL);
INSERT INTO "location" VALUES('arbat','Точка, Арбат 7','[]','own','Europe/Moscow',NULL);
CREATE TABLE measure (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	value FLOAT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "measure" VALUES(1,'2026-03-02 09:20:00.000000','telegram','ok',1.0);
INSERT INTO "measure" VALUES(2,'2026-03-04 09:45:21.000000','telegram','ok',1.0);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	dedupe_key VARCHAR NOT NULL, 
	chat_key VARCHAR NOT NULL, 
	chat_id BIGINT, 
	thread_id INTEGER, 
	ticket_id INTEGER, 
	round INTEGER, 
	payload JSON NOT NULL, 
	silent BOOLEAN NOT NULL, 
	bundle_id INTEGER, 
	created_at DATETIME NOT NULL, 
	not_before DATETIME NOT NULL, 
	claimed_until DATETIME, 
	attempts INTEGER NOT NULL, 
	sent_at DATETIME, 
	message_id INTEGER, 
	parked_at DATETIME, 
	error VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id), 
	UNIQUE (dedupe_key)
);
INSERT INTO "outbox" VALUES(1,'notice','notice:blind:target:4:2026-03-02T07:59:01+00:00:denied:support','support',-1001,NULL,NULL,NULL,'{"code": "blind", "params": {"host": "127.0.0.1", "source": "yandex_maps", "source_title": {"ru": "\u042f\u043d\u0434\u0435\u043a\u0441 \u041a\u0430\u0440\u0442\u044b", "en": "Yandex Maps"}, "health": "denied", "since": "2026-03-02T07:59:01+00:00", "zone": "Europe/Moscow", "locations": 1, "all_locations": false, "open_tickets": 0, "next_try_at": "2026-03-02T18:47:01+00:00", "until": null, "cause": "the site refuses access", "attempts": 1, "operator": null, "cabinet_url": null, "url": "https://yandex.ru/maps/org/1000000003/", "location_name": "\u0422\u043e\u0447\u043a\u0430, \u041d\u0435\u0432\u0441\u043a\u0438\u0439 3", "accept": null, "operator_copy": true}}',0,NULL,'2026-03-02 07:59:01.000000','2026-03-02 07:59:01.000000',NULL,1,'2026-03-02 07:59:01.000000',1,NULL,NULL);
INSERT INTO "outbox" VALUES(2,'notice','notice:first_contact:support:4','support',-1001,NULL,NULL,NULL,'{"code": "first_contact", "params": {"locations": 3, "pages": 4, "reviews": 4, "backlog": 1, "days": 30, "minutes_least": 20, "minutes_most": 20, "quiet": true, "critical_to": null, "unseen": [{"source": "yandex_maps", "source_title": {"ru": "\u042f\u043d\u0434\u0435\u043a\u0441 \u041a\u0430\u0440\u0442\u044b", "en": "Yandex Maps"}, "location_name": "\u0422\u043e\u0447\u043a\u0430, \u041d\u0435\u0432\u0441\u043a\u0438\u0439 3", "health": "denied"}], "operator": null}}',0,NULL,'2026-03-02 07:59:01.000000','2026-03-02 07:59:01.000000',NULL,1,'2026-03-02 07:59:02.000000',2,NULL,NULL);
INSERT INTO "outbox" VALUES(3,'alert','alert:2:1:support:0','support',-1001,NULL,2,1,'{"revision": 1}',0,NULL,'2026-03-02 08:13:00.000000','2026-03-02 08:13:00.000000',NULL,1,'2026-03-02 08:13:00.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(4,'alert','alert:3:1:support:0','support',-1001,NULL,3,1,'{"revision": 1}',0,NULL,'2026-03-02 08:13:00.000000','2026-03-02 08:13:00.000000',NULL,1,'2026-03-02 08:13:01.000000',4,NULL,NULL);
INSERT INTO "outbox" VALUES(5,'alert','alert:4:1:support:0','support',-1001,NULL,4,1,'{"revision": 1}',0,NULL,'2026-03-02 08:15:02.000000','2026-03-02 08:15:02.000000',NULL,1,'2026-03-02 08:15:03.000000',5,NULL,NULL);
INSERT INTO "outbox" VALUES(6,'alert','alert:5:1:support:0','support',-1001,NULL,5,1,'{"revision": 1}',0,NULL,'2026-03-02 08:44:00.000000','2026-03-02 08:44:00.000000',NULL,1,'2026-03-02 08:44:00.000000',6,NULL,NULL);
INSERT INTO "outbox" VALUES(7,'alert','alert:6:1:support:0','support',-1001,NULL,6,1,'{"revision": 1}',0,NULL,'2026-03-02 08:44:00.000000','2026-03-02 08:44:00.000000',NULL,1,'2026-03-02 08:44:01.000000',7,NULL,NULL);
INSERT INTO "outbox" VALUES(8,'reminder','reminder:98edaa38db900de13625c8fc:support:0','support',-1001,NULL,NULL,NULL,'{"items": [{"ticket": 2, "kind": "warning", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T09:01:00+00:00", "next_to": "support"}, {"ticket": 3, "kind": "warning", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T09:01:00+00:00", "next_to": "support"}]}',0,NULL,'2026-03-02 08:44:00.000000','2026-03-02 08:44:00.000000',NULL,1,'2026-03-02 08:44:02.000000',8,NULL,NULL);
INSERT INTO "outbox" VALUES(9,'alert','alert:7:1:support:0','support',-1001,NULL,7,1,'{"revision": 1}',0,NULL,'2026-03-02 08:46:03.000000','2026-03-02 08:46:03.000000',NULL,1,'2026-03-02 08:46:03.000000',9,NULL,NULL);
INSERT INTO "outbox" VALUES(10,'reminder','reminder:4:1:50% chat:support:0','support',-1001,NULL,4,NULL,'{"items": [{"ticket": 4, "kind": "warning", "due_at": "2026-03-02T09:15:02+00:00", "to": null, "next_at": "2026-03-02T09:03:02+00:00", "next_to": "support"}], "revision": 1}',0,NULL,'2026-03-02 08:46:03.000000','2026-03-02 08:46:03.000000',NULL,1,'2026-03-02 08:46:04.000000',10,NULL,NULL);
INSERT INTO "outbox" VALUES(11,'reminder','reminder:5:1:seen/10m chat:support:0','support',-1001,NULL,5,NULL,'{"items": [{"ticket": 5, "kind": "seen", "due_at": "2026-03-02T08:59:00+00:00", "to": null, "next_at": "2026-03-02T08:59:00+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-02 08:55:02.000000','2026-03-02 08:55:02.000000',NULL,1,'2026-03-02 08:55:02.000000',11,NULL,NULL);
INSERT INTO "outbox" VALUES(12,'reminder','reminder:7:1:seen/10m chat:support:0','support',-1001,NULL,7,NULL,'{"items": [{"ticket": 7, "kind": "seen", "due_at": "2026-03-02T09:01:03+00:00", "to": null, "next_at": "2026-03-02T09:01:03+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-02 08:57:03.000000','2026-03-02 08:57:03.000000',NULL,1,'2026-03-02 08:57:03.000000',12,NULL,NULL);
INSERT INTO "outbox" VALUES(13,'edit','edit:4:2','support',-1001,NULL,5,1,'{"card_id": 4, "revision": 2}',1,NULL,'2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000',NULL,1,'2026-03-02 08:59:04.000000',6,NULL,NULL);
INSERT INTO "outbox" VALUES(14,'escalation','escalation:5:1:seen/15m managers:managers:0','managers',-1002,NULL,5,NULL,'{"items": [{"ticket": 5, "kind": "seen_breach", "due_at": "2026-03-02T08:59:00+00:00", "to": null, "next_at": null, "next_to": null}], "revision": 2}',0,NULL,'2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000',NULL,1,'2026-03-02 08:59:04.000000',13,NULL,NULL);
INSERT INTO "outbox" VALUES(15,'edit','edit:6:2','support',-1001,NULL,7,1,'{"card_id": 6, "revision": 2}',1,NULL,'2026-03-02 09:01:05.000000','2026-03-02 09:01:05.000000',NULL,1,'2026-03-02 09:01:06.000000',9,NULL,NULL);
INSERT INTO "outbox" VALUES(16,'reminder','reminder:295a61f2bdc69532dead4d35:support:0','support',-1001,NULL,NULL,NULL,'{"items": [{"ticket": 2, "kind": "warning", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T09:13:00+00:00", "next_to": "managers"}, {"ticket": 3, "kind": "warning", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T09:13:00+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-02 09:01:05.000000','2026-03-02 09:01:05.000000',NULL,1,'2026-03-02 09:01:05.000000',14,NULL,NULL);
INSERT INTO "outbox" VALUES(17,'escalation','escalation:7:1:seen/15m managers:managers:0','managers',-1002,NULL,7,NULL,'{"items": [{"ticket": 7, "kind": "seen_breach", "due_at": "2026-03-02T09:01:03+00:00", "to": null, "next_at": null, "next_to": null}], "revision": 2}',0,NULL,'2026-03-02 09:01:05.000000','2026-03-02 09:01:05.000000',NULL,1,'2026-03-02 09:01:05.000000',15,NULL,NULL);
INSERT INTO "outbox" VALUES(18,'reminder','reminder:4:1:80% holder:support:0','support',-1001,NULL,4,NULL,'{"items": [{"ticket": 4, "kind": "warning", "due_at": "2026-03-02T09:15:02+00:00", "to": null, "next_at": "2026-03-02T09:15:02+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-02 09:03:07.000000','2026-03-02 09:03:07.000000',NULL,1,'2026-03-02 09:03:07.000000',16,NULL,NULL);
INSERT INTO "outbox" VALUES(19,'edit','edit:1:2','support',-1001,NULL,2,1,'{"card_id": 1, "revision": 2}',1,NULL,'2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000',NULL,1,'2026-03-02 09:13:20.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(20,'edit','edit:2:2','support',-1001,NULL,3,1,'{"card_id": 2, "revision": 2}',1,NULL,'2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000',NULL,1,'2026-03-02 09:13:21.000000',4,NULL,NULL);
INSERT INTO "outbox" VALUES(21,'escalation','escalation:c0f53a962536dde4494b8715:managers:0','managers',-1002,NULL,NULL,NULL,'{"items": [{"ticket": 2, "kind": "breach", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T13:13:00+00:00", "next_to": "managers"}, {"ticket": 3, "kind": "breach", "due_at": "2026-03-02T09:13:00+00:00", "to": null, "next_at": "2026-03-02T13:13:00+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000',NULL,1,'2026-03-02 09:13:20.000000',17,NULL,NULL);
INSERT INTO "outbox" VALUES(22,'edit','edit:3:2','support',-1001,NULL,4,1,'{"card_id": 3, "revision": 2}',1,NULL,'2026-03-02 09:15:42.000000','2026-03-02 09:15:42.000000',NULL,1,'2026-03-02 09:15:43.000000',5,NULL,NULL);
INSERT INTO "outbox" VALUES(23,'reminder','reminder:6:1:50% chat:support:0','support',-1001,NULL,6,NULL,'{"items": [{"ticket": 6, "kind": "warning", "due_at": "2026-03-02T09:44:00+00:00", "to": null, "next_at": "2026-03-02T09:32:00+00:00", "next_to": "support"}], "revision": 1}',0,NULL,'2026-03-02 09:15:42.000000','2026-03-02 09:15:42.000000',NULL,1,'2026-03-02 09:15:42.000000',18,NULL,NULL);
INSERT INTO "outbox" VALUES(24,'escalation','escalation:4:1:100% managers:managers:0','managers',-1002,NULL,4,NULL,'{"items": [{"ticket": 4, "kind": "breach", "due_at": "2026-03-02T09:15:02+00:00", "to": null, "next_at": "2026-03-02T13:15:02+00:00", "next_to": "managers"}], "revision": 2}',0,NULL,'2026-03-02 09:15:42.000000','2026-03-02 09:15:42.000000',NULL,1,'2026-03-02 09:15:42.000000',19,NULL,NULL);
INSERT INTO "outbox" VALUES(25,'edit','edit:2:3','support',-1001,NULL,3,1,'{"card_id": 2, "revision": 3}',1,NULL,'2026-03-02 09:20:00.000000','2026-03-02 09:20:00.000000',NULL,1,'2026-03-02 09:20:00.000000',4,NULL,NULL);
INSERT INTO "outbox" VALUES(26,'edit','edit:2:4','support',-1001,NULL,3,1,'{"card_id": 2, "revision": 4}',1,NULL,'2026-03-02 09:20:01.000000','2026-03-02 09:20:01.000000',NULL,1,'2026-03-02 09:20:01.000000',4,NULL,NULL);
INSERT INTO "outbox" VALUES(27,'edit','edit:4:3','support',-1001,NULL,5,1,'{"card_id": 4, "revision": 3}',1,NULL,'2026-03-02 09:20:02.000000','2026-03-02 09:20:02.000000',NULL,1,'2026-03-02 09:20:02.000000',6,NULL,NULL);
INSERT INTO "outbox" VALUES(28,'reply','reply:700004:0','support',-1001,NULL,6,NULL,'{"view": "menu", "params": {"menu": "more", "message_id": 7, "role": "manager"}, "reply_to": null, "language": "ru", "private": false, "revision": 1}',0,NULL,'2026-03-02 09:20:03.000000','2026-03-02 09:20:03.000000',NULL,1,'2026-03-02 09:20:03.000000',NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(29,'reply','reply:700005:0','support',-1001,NULL,6,NULL,'{"view": "menu", "params": {"menu": "skip", "message_id": 7, "role": "manager"}, "reply_to": null, "language": "ru", "private": false, "revision": 1}',0,NULL,'2026-03-02 09:20:04.000000','2026-03-02 09:20:04.000000',NULL,1,'2026-03-02 09:20:04.000000',NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(30,'edit','edit:5:2','support',-1001,NULL,6,1,'{"card_id": 5, "revision": 2}',1,NULL,'2026-03-02 09:20:05.000000','2026-03-02 09:20:05.000000',NULL,1,'2026-03-02 09:20:05.000000',7,NULL,NULL);
INSERT INTO "outbox" VALUES(31,'edit','edit:3:3','support',-1001,NULL,4,1,'{"card_id": 3, "revision": 3}',1,NULL,'2026-03-02 09:20:06.000000','2026-03-02 09:20:06.000000',NULL,1,'2026-03-02 09:20:06.000000',5,NULL,NULL);
INSERT INTO "outbox" VALUES(32,'edit','edit:6:3','support',-1001,NULL,7,1,'{"card_id": 6, "revision": 3}',1,NULL,'2026-03-02 09:20:07.000000','2026-03-02 09:20:07.000000',NULL,1,'2026-03-02 09:20:07.000000',9,NULL,NULL);
INSERT INTO "outbox" VALUES(33,'edit','edit:3:4','support',-1001,NULL,4,1,'{"card_id": 3, "revision": 4}',1,NULL,'2026-03-02 09:22:09.000000','2026-03-02 09:22:09.000000',NULL,1,'2026-03-02 09:22:11.000000',5,NULL,NULL);
INSERT INTO "outbox" VALUES(34,'notice','notice:publish_failed:7:4:support','support',-1001,NULL,7,1,'{"code": "publish_failed", "params": {"failure": "the site has no such page"}, "revision": 4}',0,NULL,'2026-03-02 09:22:10.000000','2026-03-02 09:22:10.000000',NULL,1,'2026-03-02 09:22:10.000000',28,NULL,NULL);
INSERT INTO "outbox" VALUES(35,'edit','edit:6:4','support',-1001,NULL,7,1,'{"card_id": 6, "revision": 4}',1,NULL,'2026-03-02 09:22:10.000000','2026-03-02 09:22:10.000000',NULL,1,'2026-03-02 09:22:12.000000',9,NULL,NULL);
INSERT INTO "outbox" VALUES(36,'edit','edit:3:5','support',-1001,NULL,4,1,'{"card_id": 3, "revision": 5}',1,NULL,'2026-03-02 09:24:13.000000','2026-03-02 09:24:13.000000',NULL,1,'2026-03-02 09:24:13.000000',5,NULL,NULL);
INSERT INTO "outbox" VALUES(37,'alert','alert:8:1:support:0','support',-1001,NULL,8,1,'{"revision": 1}',0,NULL,'2026-03-02 09:31:20.000000','2026-03-02 09:31:20.000000',NULL,1,'2026-03-02 09:31:20.000000',29,NULL,NULL);
INSERT INTO "outbox" VALUES(38,'edit','edit:1:3','support',-1001,NULL,2,1,'{"card_id": 1, "revision": 3}',1,NULL,'2026-03-02 09:33:22.000000','2026-03-02 09:33:22.000000',NULL,1,'2026-03-02 09:33:22.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(39,'edit','edit:7:2','support',-1001,NULL,8,1,'{"card_id": 7, "revision": 2}',1,NULL,'2026-03-02 10:00:00.000000','2026-03-02 10:00:00.000000',NULL,1,'2026-03-02 10:00:00.000000',29,NULL,NULL);
INSERT INTO "outbox" VALUES(40,'notice','notice:person_unreachable:ivan:2026-03-02:support','support',-1001,NULL,NULL,NULL,'{"code": "person_unreachable", "params": {"person": "\u0418\u0432\u0430\u043d"}}',1,NULL,'2026-03-02 10:02:01.000000','2026-03-02 10:02:01.000000',NULL,1,'2026-03-02 10:02:01.000000',31,NULL,NULL);
INSERT INTO "outbox" VALUES(41,'reminder','reminder:8:1:50% chat:support:0','support',-1001,NULL,8,NULL,'{"items": [{"ticket": 8, "kind": "warning", "due_at": "2026-03-02T10:31:20+00:00", "to": "ivan", "next_at": "2026-03-02T10:19:20+00:00", "next_to": "ivan"}], "revision": 2}',0,NULL,'2026-03-02 10:02:01.000000','2026-03-02 10:02:01.000000',NULL,1,'2026-03-02 10:02:02.000000',32,NULL,NULL);
INSERT INTO "outbox" VALUES(42,'alert','alert:9:1:support:0','support',-1001,NULL,9,1,'{"revision": 1}',0,NULL,'2026-03-02 10:09:22.000000','2026-03-02 10:09:22.000000',NULL,1,'2026-03-02 10:09:22.000000',33,NULL,NULL);
INSERT INTO "outbox" VALUES(43,'alert','alert:10:1:support:0','support',-1001,NULL,10,1,'{"revision": 1}',0,NULL,'2026-03-02 10:09:22.000000','2026-03-02 10:09:22.000000',NULL,1,'2026-03-02 10:09:23.000000',34,NULL,NULL);
INSERT INTO "outbox" VALUES(44,'alert','alert:11:1:support:0','support',-1001,NULL,11,1,'{"revision": 1}',0,NULL,'2026-03-02 10:09:22.000000','2026-03-02 10:09:22.000000',NULL,1,'2026-03-02 10:09:24.000000',35,NULL,NULL);
INSERT INTO "outbox" VALUES(45,'edit','edit:2:5','support',-1001,NULL,3,1,'{"card_id": 2, "revision": 5}',1,NULL,'2026-03-02 10:09:22.000000','2026-03-02 10:09:22.000000',NULL,1,'2026-03-02 10:09:25.000000',4,NULL,NULL);
INSERT INTO "outbox" VALUES(46,'reminder','reminder:8:1:80% holder:support:0','support',-1001,NULL,8,NULL,'{"items": [{"ticket": 8, "kind": "warning", "due_at": "2026-03-02T10:31:20+00:00", "to": "ivan", "next_at": "2026-03-02T10:31:20+00:00", "next_to": "managers"}], "revision": 2}',0,NULL,'2026-03-02 10:19:20.000000','2026-03-02 10:19:20.000000',NULL,1,'2026-03-02 10:19:20.000000',36,NULL,NULL);
INSERT INTO "outbox" VALUES(47,'reminder','reminder:5:1:80% holder:support:0','support',-1001,NULL,5,NULL,'{"items": [{"ticket": 5, "kind": "warning", "due_at": "2026-03-02T10:44:00+00:00", "to": null, "next_at": "2026-03-02T10:44:00+00:00", "next_to": "managers"}], "revision": 3}',0,NULL,'2026-03-02 10:21:41.000000','2026-03-02 10:21:41.000000',NULL,1,'2026-03-02 10:21:41.000000',37,NULL,NULL);
INSERT INTO "outbox" VALUES(48,'reminder','reminder:7:1:80% holder:support:0','support',-1001,NULL,7,NULL,'{"items": [{"ticket": 7, "kind": "warning", "due_at": "2026-03-02T10:46:03+00:00", "to": null, "next_at": "2026-03-02T10:46:03+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-02 10:23:42.000000','2026-03-02 10:23:42.000000',NULL,1,'2026-03-02 10:23:42.000000',38,NULL,NULL);
INSERT INTO "outbox" VALUES(49,'edit','edit:7:3','support',-1001,NULL,8,1,'{"card_id": 7, "revision": 3}',1,NULL,'2026-03-02 10:31:20.000000','2026-03-02 10:31:20.000000',NULL,1,'2026-03-02 10:31:20.000000',29,NULL,NULL);
INSERT INTO "outbox" VALUES(50,'escalation','escalation:8:1:100% managers:managers:0','managers',-1002,NULL,8,NULL,'{"items": [{"ticket": 8, "kind": "breach", "due_at": "2026-03-02T10:31:20+00:00", "to": null, "next_at": "2026-03-02T14:31:20+00:00", "next_to": "managers"}], "revision": 3}',0,NULL,'2026-03-02 10:31:20.000000','2026-03-02 10:31:20.000000',NULL,1,'2026-03-02 10:31:21.000000',39,NULL,NULL);
INSERT INTO "outbox" VALUES(51,'reminder','reminder:e33f06cbb91852b7b9ff7073:support:0','support',-1001,NULL,NULL,NULL,'{"items": [{"ticket": 9, "kind": "warning", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T10:57:22+00:00", "next_to": "support"}, {"ticket": 10, "kind": "warning", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T10:57:22+00:00", "next_to": "support"}, {"ticket": 11, "kind": "warning", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T10:57:22+00:00", "next_to": "support"}]}',0,NULL,'2026-03-02 10:39:22.000000','2026-03-02 10:39:22.000000',NULL,1,'2026-03-02 10:39:22.000000',40,NULL,NULL);
INSERT INTO "outbox" VALUES(52,'edit','edit:8:2','support',-1001,NULL,9,1,'{"card_id": 8, "revision": 2}',1,NULL,'2026-03-02 10:40:00.000000','2026-03-02 10:40:00.000000',NULL,1,'2026-03-02 10:40:00.000000',33,NULL,NULL);
INSERT INTO "outbox" VALUES(53,'reply','reply:700011:0','support',-1001,NULL,11,NULL,'{"view": "menu", "params": {"menu": "more", "message_id": 35, "role": "manager"}, "reply_to": null, "language": "ru", "private": false, "revision": 1}',0,NULL,'2026-03-02 10:40:01.000000','2026-03-02 10:40:01.000000',NULL,1,'2026-03-02 10:40:01.000000',NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(54,'reply','reply:700012:0','support',-1001,NULL,11,NULL,'{"view": "menu", "params": {"menu": "snooze", "message_id": 35, "role": "manager"}, "reply_to": null, "language": "ru", "private": false, "revision": 1}',0,NULL,'2026-03-02 10:40:02.000000','2026-03-02 10:40:02.000000',NULL,1,'2026-03-02 10:40:02.000000',NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(55,'edit','edit:10:2','support',-1001,NULL,11,1,'{"card_id": 10, "revision": 2}',1,NULL,'2026-03-02 10:40:03.000000','2026-03-02 10:40:03.000000',NULL,1,'2026-03-02 10:40:03.000000',35,NULL,NULL);
INSERT INTO "outbox" VALUES(56,'reply','reply:700014:0','id:505',505,NULL,NULL,NULL,'{"view": "start", "params": {"person": "nina"}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-02 10:40:04.000000','2026-03-02 10:40:04.000000',NULL,1,'2026-03-02 10:40:04.000000',46,NULL,NULL);
INSERT INTO "outbox" VALUES(57,'reply','reply:700015:0','id:502',502,NULL,NULL,NULL,'{"view": "start", "params": {"person": "marina"}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-02 10:40:05.000000','2026-03-02 10:40:05.000000',NULL,1,'2026-03-02 10:40:05.000000',48,NULL,NULL);
INSERT INTO "outbox" VALUES(58,'reply','reply:700016:0','id:504',504,NULL,NULL,NULL,'{"view": "start", "params": {"person": "ivan"}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-02 10:40:06.000000','2026-03-02 10:40:06.000000',NULL,1,'2026-03-02 10:40:06.000000',50,NULL,NULL);
INSERT INTO "outbox" VALUES(59,'alert','alert:2:2:support:0','support',-1001,NULL,2,2,'{"revision": 4}',0,NULL,'2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000',NULL,1,'2026-03-02 10:44:07.000000',51,NULL,NULL);
INSERT INTO "outbox" VALUES(60,'edit','edit:1:4','support',-1001,NULL,2,1,'{"card_id": 1, "revision": 4}',1,NULL,'2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000',NULL,1,'2026-03-02 10:44:09.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(61,'edit','edit:4:4','support',-1001,NULL,5,1,'{"card_id": 4, "revision": 4}',1,NULL,'2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000',NULL,1,'2026-03-02 10:44:10.000000',6,NULL,NULL);
INSERT INTO "outbox" VALUES(62,'escalation','escalation:5:1:100% managers:managers:0','managers',-1002,NULL,5,NULL,'{"items": [{"ticket": 5, "kind": "breach", "due_at": "2026-03-02T10:44:00+00:00", "to": null, "next_at": "2026-03-03T10:44:00+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000',NULL,1,'2026-03-02 10:44:08.000000',52,NULL,NULL);
INSERT INTO "outbox" VALUES(63,'edit','edit:6:5','support',-1001,NULL,7,1,'{"card_id": 6, "revision": 5}',1,NULL,'2026-03-02 10:46:11.000000','2026-03-02 10:46:11.000000',NULL,1,'2026-03-02 10:46:11.000000',9,NULL,NULL);
INSERT INTO "outbox" VALUES(64,'escalation','escalation:7:1:100% managers:managers:0','managers',-1002,NULL,7,NULL,'{"items": [{"ticket": 7, "kind": "breach", "due_at": "2026-03-02T10:46:03+00:00", "to": null, "next_at": "2026-03-03T10:46:03+00:00", "next_to": "managers"}], "revision": 5}',0,NULL,'2026-03-02 10:46:11.000000','2026-03-02 10:46:11.000000',NULL,1,'2026-03-02 10:46:12.000000',53,NULL,NULL);
INSERT INTO "outbox" VALUES(65,'reminder','reminder:2:2:seen/10m chat:support:0','support',-1001,NULL,2,NULL,'{"items": [{"ticket": 2, "kind": "seen", "due_at": "2026-03-02T10:59:07+00:00", "to": null, "next_at": "2026-03-02T10:59:07+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-02 10:54:07.000000','2026-03-02 10:54:07.000000',NULL,1,'2026-03-02 10:54:07.000000',54,NULL,NULL);
INSERT INTO "outbox" VALUES(66,'reminder','reminder:f884c688773018c5e750e37b:support:0','support',-1001,NULL,NULL,NULL,'{"items": [{"ticket": 9, "kind": "warning", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T11:09:22+00:00", "next_to": "managers"}, {"ticket": 10, "kind": "warning", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T11:09:22+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-02 10:58:08.000000','2026-03-02 10:58:08.000000',NULL,1,'2026-03-02 10:58:08.000000',55,NULL,NULL);
INSERT INTO "outbox" VALUES(67,'edit','edit:1:5','support',-1001,NULL,2,1,'{"card_id": 1, "revision": 5}',1,NULL,'2026-03-02 11:00:09.000000','2026-03-02 11:00:09.000000',NULL,1,'2026-03-02 11:00:09.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(68,'edit','edit:11:5','support',-1001,NULL,2,2,'{"card_id": 11, "revision": 5}',1,NULL,'2026-03-02 11:00:09.000000','2026-03-02 11:00:09.000000',NULL,1,'2026-03-02 11:00:10.000000',51,NULL,NULL);
INSERT INTO "outbox" VALUES(69,'escalation','escalation:2:2:seen/15m managers:managers:0','managers',-1002,NULL,2,NULL,'{"items": [{"ticket": 2, "kind": "seen_breach", "due_at": "2026-03-02T10:59:07+00:00", "to": null, "next_at": null, "next_to": null}], "revision": 5}',0,NULL,'2026-03-02 11:00:09.000000','2026-03-02 11:00:09.000000',NULL,1,'2026-03-02 11:00:09.000000',56,NULL,NULL);
INSERT INTO "outbox" VALUES(70,'edit','edit:8:3','support',-1001,NULL,9,1,'{"card_id": 8, "revision": 3}',1,NULL,'2026-03-02 11:11:20.000000','2026-03-02 11:11:20.000000',NULL,1,'2026-03-02 11:11:20.000000',33,NULL,NULL);
INSERT INTO "outbox" VALUES(71,'edit','edit:9:2','support',-1001,NULL,10,1,'{"card_id": 9, "revision": 2}',1,NULL,'2026-03-02 11:11:20.000000','2026-03-02 11:11:20.000000',NULL,1,'2026-03-02 11:11:21.000000',34,NULL,NULL);
INSERT INTO "outbox" VALUES(72,'edit','edit:10:3','support',-1001,NULL,11,1,'{"card_id": 10, "revision": 3}',1,NULL,'2026-03-02 11:11:20.000000','2026-03-02 11:11:20.000000',NULL,1,'2026-03-02 11:11:22.000000',35,NULL,NULL);
INSERT INTO "outbox" VALUES(73,'escalation','escalation:0e5c01fa8e9b2c3712e1fe43:managers:0','managers',-1002,NULL,NULL,NULL,'{"items": [{"ticket": 9, "kind": "breach", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T15:09:22+00:00", "next_to": "managers"}, {"ticket": 10, "kind": "breach", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-02T15:09:22+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-02 11:11:20.000000','2026-03-02 11:11:20.000000',NULL,1,'2026-03-02 11:11:20.000000',57,NULL,NULL);
INSERT INTO "outbox" VALUES(74,'reminder','reminder:2:2:80% holder:support:0','support',-1001,NULL,2,NULL,'{"items": [{"ticket": 2, "kind": "warning", "due_at": "2026-03-02T12:44:07+00:00", "to": null, "next_at": "2026-03-02T12:44:07+00:00", "next_to": "managers"}], "revision": 5}',0,NULL,'2026-03-02 12:20:31.000000','2026-03-02 12:20:31.000000',NULL,1,'2026-03-02 12:20:31.000000',58,NULL,NULL);
INSERT INTO "outbox" VALUES(75,'edit','edit:1:6','support',-1001,NULL,2,1,'{"card_id": 1, "revision": 6}',1,NULL,'2026-03-02 12:44:11.000000','2026-03-02 12:44:11.000000',NULL,1,'2026-03-02 12:44:11.000000',3,NULL,NULL);
INSERT INTO "outbox" VALUES(76,'edit','edit:11:6','support',-1001,NULL,2,2,'{"card_id": 11, "revision": 6}',1,NULL,'2026-03-02 12:44:11.000000','2026-03-02 12:44:11.000000',NULL,1,'2026-03-02 12:44:12.000000',51,NULL,NULL);
INSERT INTO "outbox" VALUES(77,'escalation','escalation:2:2:100% managers:managers:0','managers',-1002,NULL,2,NULL,'{"items": [{"ticket": 2, "kind": "breach", "due_at": "2026-03-02T12:44:07+00:00", "to": null, "next_at": "2026-03-03T12:44:07+00:00", "next_to": "managers"}], "revision": 6}',0,NULL,'2026-03-02 12:44:11.000000','2026-03-02 12:44:11.000000',NULL,1,'2026-03-02 12:44:11.000000',59,NULL,NULL);
INSERT INTO "outbox" VALUES(78,'escalation','escalation:8:1:+4h managers:managers:0','managers',-1002,NULL,8,NULL,'{"items": [{"ticket": 8, "kind": "escalation", "due_at": "2026-03-02T10:31:20+00:00", "to": null, "next_at": "2026-03-03T10:31:20+00:00", "next_to": "managers"}], "revision": 3}',0,NULL,'2026-03-02 14:32:31.000000','2026-03-02 14:32:31.000000',NULL,1,'2026-03-02 14:32:31.000000',60,NULL,NULL);
INSERT INTO "outbox" VALUES(79,'escalation','escalation:97561c8c4404453928197ad5:managers:0','managers',-1002,NULL,NULL,NULL,'{"items": [{"ticket": 9, "kind": "escalation", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-03T11:09:22+00:00", "next_to": "managers"}, {"ticket": 10, "kind": "escalation", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-03T11:09:22+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-02 15:09:42.000000','2026-03-02 15:09:42.000000',NULL,1,'2026-03-02 15:09:42.000000',61,NULL,NULL);
INSERT INTO "outbox" VALUES(80,'digest','digest:daily:2026-03-03:managers','managers',-1002,NULL,NULL,NULL,'{"chat": "managers", "period": "daily", "on": "2026-03-03"}',0,NULL,'2026-03-03 06:16:11.000000','2026-03-03 06:16:11.000000',NULL,1,'2026-03-03 06:16:11.000000',62,NULL,NULL);
INSERT INTO "outbox" VALUES(81,'edit','edit:10:4','support',-1001,NULL,11,1,'{"card_id": 10, "revision": 4}',1,NULL,'2026-03-03 07:00:00.000000','2026-03-03 07:00:00.000000',NULL,1,'2026-03-03 07:00:01.000000',35,NULL,NULL);
INSERT INTO "outbox" VALUES(82,'escalation','escalation:11:1:80% holder:support:0','support',-1001,NULL,11,NULL,'{"items": [{"ticket": 11, "kind": "breach", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-03T11:09:22+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-03 07:00:00.000000','2026-03-03 07:00:00.000000',NULL,1,'2026-03-03 07:00:00.000000',64,NULL,NULL);
INSERT INTO "outbox" VALUES(83,'escalation','escalation:72af405e2c2681ec31724765:managers:0','managers',-1002,NULL,11,NULL,'{"items": [{"ticket": 11, "kind": "escalation", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-03T11:09:22+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-03 07:00:00.000000','2026-03-03 07:00:00.000000',NULL,1,'2026-03-03 07:00:00.000000',63,NULL,NULL);
INSERT INTO "outbox" VALUES(84,'escalation','escalation:8:1:daily managers#2026-03-03:managers:0','managers',-1002,NULL,8,NULL,'{"items": [{"ticket": 8, "kind": "escalation", "due_at": "2026-03-02T10:31:20+00:00", "to": null, "next_at": "2026-03-04T10:31:20+00:00", "next_to": "managers"}], "revision": 3}',0,NULL,'2026-03-03 10:32:11.000000','2026-03-03 10:32:11.000000',NULL,1,'2026-03-03 10:32:11.000000',65,NULL,NULL);
INSERT INTO "outbox" VALUES(85,'escalation','escalation:5:1:daily managers#2026-03-03:managers:0','managers',-1002,NULL,5,NULL,'{"items": [{"ticket": 5, "kind": "escalation", "due_at": "2026-03-02T10:44:00+00:00", "to": null, "next_at": "2026-03-04T10:44:00+00:00", "next_to": "managers"}], "revision": 4}',0,NULL,'2026-03-03 10:44:00.000000','2026-03-03 10:44:00.000000',NULL,1,'2026-03-03 10:44:00.000000',66,NULL,NULL);
INSERT INTO "outbox" VALUES(86,'escalation','escalation:7:1:daily managers#2026-03-03:managers:0','managers',-1002,NULL,7,NULL,'{"items": [{"ticket": 7, "kind": "escalation", "due_at": "2026-03-02T10:46:03+00:00", "to": null, "next_at": "2026-03-04T10:46:03+00:00", "next_to": "managers"}], "revision": 5}',0,NULL,'2026-03-03 10:48:01.000000','2026-03-03 10:48:01.000000',NULL,1,'2026-03-03 10:48:01.000000',67,NULL,NULL);
INSERT INTO "outbox" VALUES(87,'edit','edit:9:3','support',-1001,NULL,10,1,'{"card_id": 9, "revision": 3}',1,NULL,'2026-03-03 11:02:00.000000','2026-03-03 11:02:00.000000',NULL,1,'2026-03-03 11:02:00.000000',34,NULL,NULL);
INSERT INTO "outbox" VALUES(88,'alert','alert:12:1:support:0','support',-1001,NULL,12,1,'{"revision": 1}',0,NULL,'2026-03-03 11:10:21.000000','2026-03-03 11:10:21.000000',NULL,1,'2026-03-03 11:10:21.000000',68,NULL,NULL);
INSERT INTO "outbox" VALUES(89,'escalation','escalation:35c51a15e5fde36ce3d529a1:managers:0','managers',-1002,NULL,NULL,NULL,'{"items": [{"ticket": 9, "kind": "escalation", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-04T11:09:22+00:00", "next_to": "managers"}, {"ticket": 11, "kind": "escalation", "due_at": "2026-03-02T11:09:22+00:00", "to": null, "next_at": "2026-03-04T11:09:22+00:00", "next_to": "managers"}]}',0,NULL,'2026-03-03 11:10:21.000000','2026-03-03 11:10:21.000000',NULL,1,'2026-03-03 11:10:21.000000',69,NULL,NULL);
INSERT INTO "outbox" VALUES(90,'reminder','reminder:12:1:50% chat:support:0','support',-1001,NULL,12,NULL,'{"items": [{"ticket": 12, "kind": "warning", "due_at": "2026-03-03T12:10:21+00:00", "to": null, "next_at": "2026-03-03T11:58:21+00:00", "next_to": "support"}], "revision": 1}',0,NULL,'2026-03-03 11:40:21.000000','2026-03-03 11:40:21.000000',NULL,1,'2026-03-03 11:40:21.000000',70,NULL,NULL);
INSERT INTO "outbox" VALUES(91,'reminder','reminder:12:1:80% holder:support:0','support',-1001,NULL,12,NULL,'{"items": [{"ticket": 12, "kind": "warning", "due_at": "2026-03-03T12:10:21+00:00", "to": null, "next_at": "2026-03-03T12:10:21+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-03 11:58:21.000000','2026-03-03 11:58:21.000000',NULL,1,'2026-03-03 11:58:21.000000',71,NULL,NULL);
INSERT INTO "outbox" VALUES(92,'edit','edit:12:2','support',-1001,NULL,12,1,'{"card_id": 12, "revision": 2}',1,NULL,'2026-03-03 12:10:21.000000','2026-03-03 12:10:21.000000',NULL,1,'2026-03-03 12:10:21.000000',68,NULL,NULL);
INSERT INTO "outbox" VALUES(93,'escalation','escalation:12:1:100% managers:managers:0','managers',-1002,NULL,12,NULL,'{"items": [{"ticket": 12, "kind": "breach", "due_at": "2026-03-03T12:10:21+00:00", "to": null, "next_at": "2026-03-04T07:10:21+00:00", "next_to": "managers"}], "revision": 2}',0,NULL,'2026-03-03 12:10:21.000000','2026-03-03 12:10:21.000000',NULL,1,'2026-03-03 12:10:21.000000',72,NULL,NULL);
INSERT INTO "outbox" VALUES(94,'escalation','escalation:2:2:daily managers#2026-03-03:managers:0','managers',-1002,NULL,2,NULL,'{"items": [{"ticket": 2, "kind": "escalation", "due_at": "2026-03-02T12:44:07+00:00", "to": null, "next_at": "2026-03-04T12:44:07+00:00", "next_to": "managers"}], "revision": 6}',0,NULL,'2026-03-03 12:44:07.000000','2026-03-03 12:44:07.000000',NULL,1,'2026-03-03 12:44:07.000000',73,NULL,NULL);
INSERT INTO "outbox" VALUES(95,'notice','notice:blind:target:4:2026-03-02T07:59:01+00:00:denied:day 1:support','support',-1001,NULL,NULL,NULL,'{"code": "blind", "params": {"host": "127.0.0.1", "source": "yandex_maps", "source_title": {"ru": "\u042f\u043d\u0434\u0435\u043a\u0441 \u041a\u0430\u0440\u0442\u044b", "en": "Yandex Maps"}, "health": "denied", "since": "2026-03-02T07:59:01+00:00", "zone": "Europe/Moscow", "locations": 1, "all_locations": false, "open_tickets": 0, "next_try_at": "2026-03-04T03:12:21+00:00", "until": null, "cause": "the site refuses access", "attempts": 4, "operator": null, "cabinet_url": null, "url": "https://yandex.ru/maps/org/1000000003/", "location_name": "\u0422\u043e\u0447\u043a\u0430, \u041d\u0435\u0432\u0441\u043a\u0438\u0439 3", "accept": null, "operator_copy": true}}',0,NULL,'2026-03-03 16:24:21.000000','2026-03-03 16:24:21.000000',NULL,1,'2026-03-03 16:24:21.000000',74,NULL,NULL);
INSERT INTO "outbox" VALUES(96,'digest','digest:daily:2026-03-04:managers','managers',-1002,NULL,NULL,NULL,'{"chat": "managers", "period": "daily", "on": "2026-03-04"}',0,NULL,'2026-03-04 06:18:22.000000','2026-03-04 06:18:22.000000',NULL,1,'2026-03-04 06:18:22.000000',75,NULL,NULL);
INSERT INTO "outbox" VALUES(97,'escalation','escalation:12:1:+4h managers:managers:0','managers',-1002,NULL,12,NULL,'{"items": [{"ticket": 12, "kind": "escalation", "due_at": "2026-03-03T12:10:21+00:00", "to": null, "next_at": "2026-03-04T12:10:21+00:00", "next_to": "managers"}], "revision": 2}',0,NULL,'2026-03-04 07:10:21.000000','2026-03-04 07:10:21.000000',NULL,1,'2026-03-04 07:10:21.000000',76,NULL,NULL);
INSERT INTO "outbox" VALUES(98,'alert','alert:13:1:support:0','support',-1001,NULL,13,1,'{"revision": 1}',0,NULL,'2026-03-04 07:56:07.000000','2026-03-04 07:56:07.000000',NULL,1,'2026-03-04 07:56:07.000000',77,NULL,NULL);
INSERT INTO "outbox" VALUES(99,'alert','alert:14:1:support:0','support',-1001,NULL,14,1,'{"revision": 1}',0,NULL,'2026-03-04 07:56:07.000000','2026-03-04 07:56:07.000000',NULL,1,'2026-03-04 07:56:08.000000',78,NULL,NULL);
INSERT INTO "outbox" VALUES(100,'reminder','reminder:14:1:seen/10m chat:support:0','support',-1001,NULL,14,NULL,'{"items": [{"ticket": 14, "kind": "seen", "due_at": "2026-03-04T08:11:07+00:00", "to": null, "next_at": "2026-03-04T08:11:07+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-04 08:06:21.000000','2026-03-04 08:06:21.000000',NULL,1,'2026-03-04 08:06:21.000000',79,NULL,NULL);
INSERT INTO "outbox" VALUES(101,'edit','edit:14:2','support',-1001,NULL,14,1,'{"card_id": 14, "revision": 2}',1,NULL,'2026-03-04 08:11:07.000000','2026-03-04 08:11:07.000000',NULL,1,'2026-03-04 08:11:07.000000',78,NULL,NULL);
INSERT INTO "outbox" VALUES(102,'escalation','escalation:14:1:seen/15m managers:managers:0','managers',-1002,NULL,14,NULL,'{"items": [{"ticket": 14, "kind": "seen_breach", "due_at": "2026-03-04T08:11:07+00:00", "to": null, "next_at": null, "next_to": null}], "revision": 2}',0,NULL,'2026-03-04 08:11:07.000000','2026-03-04 08:11:07.000000',NULL,1,'2026-03-04 08:11:07.000000',80,NULL,NULL);
INSERT INTO "outbox" VALUES(103,'edit','edit:14:3','support',-1001,NULL,14,1,'{"card_id": 14, "revision": 3}',1,NULL,'2026-03-04 08:20:00.000000','2026-03-04 08:20:00.000000',NULL,1,'2026-03-04 08:20:00.000000',78,NULL,NULL);
INSERT INTO "outbox" VALUES(104,'edit','edit:14:4','support',-1001,NULL,14,1,'{"card_id": 14, "revision": 4}',1,NULL,'2026-03-04 08:20:01.000000','2026-03-04 08:20:01.000000',NULL,1,'2026-03-04 08:20:01.000000',78,NULL,NULL);
INSERT INTO "outbox" VALUES(105,'reply','reply:700019:0','id:502',502,NULL,NULL,NULL,'{"view": "queue", "params": {"person": "marina", "offset": 0}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-04 08:20:02.000000','2026-03-04 08:20:02.000000',NULL,1,'2026-03-04 08:20:02.000000',84,NULL,NULL);
INSERT INTO "outbox" VALUES(106,'reply','reply:700021:0','id:502',502,NULL,NULL,NULL,'{"view": "settings", "params": {"person": "marina"}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-04 08:20:03.000000','2026-03-04 08:20:03.000000',NULL,1,'2026-03-04 08:20:03.000000',87,NULL,NULL);
INSERT INTO "outbox" VALUES(107,'reply','reply:700022:0','id:505',505,NULL,NULL,NULL,'{"view": "health", "params": {"person": "nina"}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-04 08:20:04.000000','2026-03-04 08:20:04.000000',NULL,1,'2026-03-04 08:20:04.000000',89,NULL,NULL);
INSERT INTO "outbox" VALUES(108,'reply','reply:700023:0','id:505',505,NULL,NULL,NULL,'{"view": "people", "params": {"offset": 0}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-04 08:20:05.000000','2026-03-04 08:20:05.000000',NULL,1,'2026-03-04 08:20:05.000000',91,NULL,NULL);
INSERT INTO "outbox" VALUES(109,'reply','reply:700024:0','id:505',505,NULL,NULL,NULL,'{"view": "invitation", "params": {"person": "nina"}, "reply_to": null, "language": "ru", "private": true, "invitation": 1}',0,NULL,'2026-03-04 08:20:06.000000','2026-03-04 08:20:06.000000',NULL,1,'2026-03-04 08:20:06.000000',93,NULL,NULL);
INSERT INTO "outbox" VALUES(110,'reply','reply:700025:0','id:504',504,NULL,NULL,NULL,'{"view": "queue", "params": {"person": "ivan", "offset": 0}, "reply_to": null, "language": "ru", "private": true}',0,NULL,'2026-03-04 08:20:07.000000','2026-03-04 08:20:07.000000',NULL,1,'2026-03-04 08:20:07.000000',95,NULL,NULL);
INSERT INTO "outbox" VALUES(111,'reminder','reminder:13:1:50% chat:support:0','support',-1001,NULL,13,NULL,'{"items": [{"ticket": 13, "kind": "warning", "due_at": "2026-03-04T08:56:07+00:00", "to": null, "next_at": "2026-03-04T08:44:07+00:00", "next_to": "support"}], "revision": 1}',0,NULL,'2026-03-04 08:26:21.000000','2026-03-04 08:26:21.000000',NULL,1,'2026-03-04 08:26:21.000000',96,NULL,NULL);
INSERT INTO "outbox" VALUES(112,'alert','alert:15:1:support:0','support',-1001,NULL,15,1,'{"revision": 1}',0,NULL,'2026-03-04 08:28:22.000000','2026-03-04 08:28:22.000000',NULL,1,'2026-03-04 08:28:22.000000',97,NULL,NULL);
INSERT INTO "outbox" VALUES(113,'reminder','reminder:15:1:seen/10m chat:support:0','support',-1001,NULL,15,NULL,'{"items": [{"ticket": 15, "kind": "seen", "due_at": "2026-03-04T08:43:22+00:00", "to": null, "next_at": "2026-03-04T08:43:22+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-04 08:38:22.000000','2026-03-04 08:38:22.000000',NULL,1,'2026-03-04 08:38:22.000000',98,NULL,NULL);
INSERT INTO "outbox" VALUES(114,'edit','edit:15:2','support',-1001,NULL,15,1,'{"card_id": 15, "revision": 2}',1,NULL,'2026-03-04 08:44:23.000000','2026-03-04 08:44:23.000000',NULL,1,'2026-03-04 08:44:24.000000',97,NULL,NULL);
INSERT INTO "outbox" VALUES(115,'escalation','escalation:15:1:seen/15m managers:managers:0','managers',-1002,NULL,15,NULL,'{"items": [{"ticket": 15, "kind": "seen_breach", "due_at": "2026-03-04T08:43:22+00:00", "to": null, "next_at": null, "next_to": null}], "revision": 2}',0,NULL,'2026-03-04 08:44:23.000000','2026-03-04 08:44:23.000000',NULL,1,'2026-03-04 08:44:23.000000',99,NULL,NULL);
INSERT INTO "outbox" VALUES(116,'reminder','reminder:13:1:80% holder:support:0','support',-1001,NULL,13,NULL,'{"items": [{"ticket": 13, "kind": "warning", "due_at": "2026-03-04T08:56:07+00:00", "to": null, "next_at": "2026-03-04T08:56:07+00:00", "next_to": "managers"}], "revision": 1}',0,NULL,'2026-03-04 08:44:23.000000','2026-03-04 08:44:23.000000',NULL,1,'2026-03-04 08:44:23.000000',100,NULL,NULL);
INSERT INTO "outbox" VALUES(117,'edit','edit:13:2','support',-1001,NULL,13,1,'{"card_id": 13, "revision": 2}',1,NULL,'2026-03-04 08:56:07.000000','2026-03-04 08:56:07.000000',NULL,1,'2026-03-04 08:56:07.000000',77,NULL,NULL);
INSERT INTO "outbox" VALUES(118,'escalation','escalation:13:1:100% managers:managers:0','managers',-1002,NULL,13,NULL,'{"items": [{"ticket": 13, "kind": "breach", "due_at": "2026-03-04T08:56:07+00:00", "to": null, "next_at": "2026-03-04T12:56:07+00:00", "next_to": "managers"}], "revision": 2}',0,NULL,'2026-03-04 08:56:07.000000','2026-03-04 08:56:07.000000',NULL,1,'2026-03-04 08:56:07.000000',101,NULL,NULL);
INSERT INTO "outbox" VALUES(119,'alert','alert:16:1:support:0','support',-1001,NULL,16,1,'{}',0,NULL,'2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000',NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(120,'edit','edit:15:3','support',-1001,NULL,15,1,'{"card_id": 15}',1,NULL,'2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000',NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE person (
	telegram_id BIGINT NOT NULL, 
	"key" VARCHAR, 
	name VARCHAR NOT NULL, 
	role VARCHAR, 
	only JSON NOT NULL, 
	language VARCHAR, 
	alerts VARCHAR NOT NULL, 
	started_at DATETIME, 
	invited_by VARCHAR, 
	removed_at DATETIME, 
	PRIMARY KEY (telegram_id), 
	UNIQUE ("key")
);
INSERT INTO "person" VALUES(505,'nina','Нина',NULL,'[]',NULL,'critical','2026-03-02 10:40:04.000000',NULL,NULL);
INSERT INTO "person" VALUES(502,'marina','Марина',NULL,'[]',NULL,'critical','2026-03-02 10:40:05.000000',NULL,NULL);
INSERT INTO "person" VALUES(504,'ivan','Иван',NULL,'[]',NULL,'critical','2026-03-02 10:40:06.000000',NULL,NULL);
CREATE TABLE reading (
	id INTEGER NOT NULL, 
	target_id INTEGER NOT NULL, 
	read_at DATETIME NOT NULL, 
	outcome VARCHAR NOT NULL, 
	complete BOOLEAN NOT NULL, 
	site_rating FLOAT, 
	site_reviews INTEGER, 
	site_ratings INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(target_id) REFERENCES target (id)
);
INSERT INTO "reading" VALUES(1,1,'2026-03-02 07:55:00.000000','ok',1,3.0,2,2);
INSERT INTO "reading" VALUES(2,2,'2026-03-02 07:57:00.000000','ok',1,5.0,1,1);
INSERT INTO "reading" VALUES(3,3,'2026-03-02 07:57:01.000000','ok',1,5.0,1,1);
INSERT INTO "reading" VALUES(4,4,'2026-03-02 07:59:01.000000','denied',0,NULL,NULL,NULL);
INSERT INTO "reading" VALUES(5,1,'2026-03-02 08:13:00.000000','ok',1,2.0,4,4);
INSERT INTO "reading" VALUES(6,2,'2026-03-02 08:15:02.000000','ok',1,3.0,2,2);
INSERT INTO "reading" VALUES(7,1,'2026-03-02 08:44:00.000000','ok',1,1.7,6,6);
INSERT INTO "reading" VALUES(8,2,'2026-03-02 08:46:03.000000','ok',1,2.3,3,3);
INSERT INTO "reading" VALUES(9,3,'2026-03-02 09:31:20.000000','ok',1,3.0,2,2);
INSERT INTO "reading" VALUES(10,1,'2026-03-02 10:09:22.000000','ok',1,1.4,9,9);
INSERT INTO "reading" VALUES(11,1,'2026-03-02 10:44:07.000000','ok',1,1.5,8,8);
INSERT INTO "reading" VALUES(12,3,'2026-03-03 11:10:21.000000','ok',1,2.3,3,3);
INSERT INTO "reading" VALUES(13,1,'2026-03-04 07:56:07.000000','ok',1,1.4,10,10);
INSERT INTO "reading" VALUES(14,2,'2026-03-04 08:28:22.000000','ok',1,2.0,4,4);
INSERT INTO "reading" VALUES(15,3,'2026-03-04 09:45:21.000000','ok',1,2.0,4,4);
CREATE TABLE review (
	id INTEGER NOT NULL, 
	target_id INTEGER NOT NULL, 
	external_id VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	rating INTEGER, 
	score FLOAT, 
	scale FLOAT, 
	title TEXT, 
	text TEXT, 
	pros TEXT, 
	cons TEXT, 
	author VARCHAR, 
	published_at DATETIME, 
	published_precision VARCHAR NOT NULL, 
	edited_at DATETIME, 
	language VARCHAR, 
	translation TEXT, 
	photos JSON NOT NULL, 
	url TEXT, 
	reply_text TEXT, 
	reply_at DATETIME, 
	reply_state VARCHAR, 
	can_reply BOOLEAN, 
	site JSON NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	unanswered_seen_at DATETIME, 
	reply_seen_at DATETIME, 
	missed INTEGER NOT NULL, 
	missed_since DATETIME, 
	gone_at DATETIME, 
	found_late BOOLEAN NOT NULL, 
	forgotten_at DATETIME, 
	tone VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	topics JSON NOT NULL, 
	praise JSON NOT NULL, 
	hints JSON NOT NULL, 
	needs_human BOOLEAN NOT NULL, 
	text_score FLOAT, 
	reasons JSON NOT NULL, 
	verdict_language VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(target_id) REFERENCES target (id), 
	UNIQUE (target_id, external_id)
);
INSERT INTO "review" VALUES(1,1,'old','b7fcd2352525385e09b8b4aeff6ace6c','review',1,NULL,NULL,NULL,'Ждали капучино сорок минут, бариста нахамила. Больше не придём.',NULL,NULL,'Пётр','2026-02-20 09:00:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demoold',NULL,NULL,NULL,NULL,'{"author": "demoold", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 07:55:00.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["staff", "waiting"]','[]','[]',0,0.9425,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.staff.naham", "words": "\u043d\u0430\u0445\u0430\u043c\u0438\u043b\u0430", "sentence": "\u0416\u0434\u0430\u043b\u0438 \u043a\u0430\u043f\u0443\u0447\u0438\u043d\u043e \u0441\u043e\u0440\u043e\u043a \u043c\u0438\u043d\u0443\u0442, \u0431\u0430\u0440\u0438\u0441\u0442\u0430 \u043d\u0430\u0445\u0430\u043c\u0438\u043b\u0430.", "points": 0.87, "topic": "staff", "severity": null}, {"rule": "ru.bad.bolshe-ne", "words": "\u0431\u043e\u043b\u044c\u0448\u0435 \u043d\u0435", "sentence": "\u0411\u043e\u043b\u044c\u0448\u0435 \u043d\u0435 \u043f\u0440\u0438\u0434\u0451\u043c.", "points": 0.27, "topic": null, "severity": null}, {"rule": "ru.waiting.zhdal-minut", "words": "\u0436\u0434\u0430\u043b\u0438 \u043a\u0430\u043f\u0443\u0447\u0438\u043d\u043e \u0441\u043e\u0440\u043e\u043a \u043c\u0438\u043d\u0443\u0442", "sentence": "\u0416\u0434\u0430\u043b\u0438 \u043a\u0430\u043f\u0443\u0447\u0438\u043d\u043e \u0441\u043e\u0440\u043e\u043a \u043c\u0438\u043d\u0443\u0442, \u0431\u0430\u0440\u0438\u0441\u0442\u0430 \u043d\u0430\u0445\u0430\u043c\u0438\u043b\u0430.", "points": 0.24, "topic": "waiting", "severity": null}, {"rule": "ru.word.sor", "words": "\u0441\u043e\u0440\u043e\u043a", "sentence": "\u0416\u0434\u0430\u043b\u0438 \u043a\u0430\u043f\u0443\u0447\u0438\u043d\u043e \u0441\u043e\u0440\u043e\u043a \u043c\u0438\u043d\u0443\u0442, \u0431\u0430\u0440\u0438\u0441\u0442\u0430 \u043d\u0430\u0445\u0430\u043c\u0438\u043b\u0430.", "points": 0.73, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(2,1,'m0','356542d5594efe4829a6ac6fd22b6fcb','review',5,NULL,NULL,NULL,'Отличный кофе.',NULL,NULL,'Ольга','2025-12-02 07:55:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom0','Спасибо!','2025-12-02 07:55:00.000000','published',NULL,'{"author": "demom0", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 07:55:00.000000','2026-03-04 07:56:07.000000',NULL,'2026-03-02 07:55:00.000000',0,NULL,NULL,0,NULL,'positive','low','[]','["food"]','[]',0,0.0068,'[{"rule": "stars", "words": "5\u2605", "sentence": "", "points": -2.0, "topic": null, "severity": null}, {"rule": "ru.great.otlichn", "words": "\u043e\u0442\u043b\u0438\u0447\u043d\u044b\u0439", "sentence": "\u041e\u0442\u043b\u0438\u0447\u043d\u044b\u0439 \u043a\u043e\u0444\u0435.", "points": -1.88, "topic": null, "severity": null}, {"rule": "ru.word.otlich", "words": "\u043e\u0442\u043b\u0438\u0447\u043d\u044b\u0439", "sentence": "\u041e\u0442\u043b\u0438\u0447\u043d\u044b\u0439 \u043a\u043e\u0444\u0435.", "points": -1.2, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(3,2,'g0','93a29f71525d759ab940701f08bbd5ce','review',5,NULL,NULL,NULL,'Вкусно.',NULL,NULL,'Тимур','2025-12-02 07:55:00.000000','second',NULL,NULL,NULL,'[]',NULL,'Спасибо!','2025-12-02 07:55:00.000000','published',1,'{"reply_url": "https://business.google.com/reviews"}','2026-03-02 07:57:00.000000','2026-03-04 08:28:22.000000',NULL,'2026-03-02 07:57:00.000000',0,NULL,NULL,0,NULL,'positive','low','[]','["food"]','[]',0,0.0098,'[{"rule": "stars", "words": "5\u2605", "sentence": "", "points": -2.0, "topic": null, "severity": null}, {"rule": "ru.good.vkusn", "words": "\u0432\u043a\u0443\u0441\u043d\u043e", "sentence": "\u0412\u043a\u0443\u0441\u043d\u043e.", "points": -1.89, "topic": null, "severity": null}, {"rule": "ru.word.vkus", "words": "\u0432\u043a\u0443\u0441\u043d\u043e", "sentence": "\u0412\u043a\u0443\u0441\u043d\u043e.", "points": -0.8, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(4,3,'a0','93a29f71525d759ab940701f08bbd5ce','review',5,NULL,NULL,NULL,'Вкусно.',NULL,NULL,'Ева','2026-01-10 09:00:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000002/reviews/?reviews[publicId]=demoa0','Спасибо!','2026-01-11 09:00:00.000000','published',NULL,'{"author": "demoa0", "reply_url": "https://yandex.ru/sprav/1000000002/p/edit/reviews/"}','2026-03-02 07:57:01.000000','2026-03-04 09:45:21.000000',NULL,'2026-03-02 07:57:01.000000',0,NULL,NULL,0,NULL,'positive','low','[]','["food"]','[]',0,0.0098,'[{"rule": "stars", "words": "5\u2605", "sentence": "", "points": -2.0, "topic": null, "severity": null}, {"rule": "ru.good.vkusn", "words": "\u0432\u043a\u0443\u0441\u043d\u043e", "sentence": "\u0412\u043a\u0443\u0441\u043d\u043e.", "points": -1.89, "topic": null, "severity": null}, {"rule": "ru.word.vkus", "words": "\u0432\u043a\u0443\u0441\u043d\u043e", "sentence": "\u0412\u043a\u0443\u0441\u043d\u043e.", "points": -0.8, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(5,1,'m1','2c3ca5c13410418e3aa0b1e8de7c9e91','review',1,NULL,NULL,NULL,'Ждали капучино сорок минут, бариста нахамила. Больше не придём. И нашли стекло в пирожном, порезали рот.',NULL,NULL,'Анна Котова','2026-03-02 10:40:04.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom1',NULL,NULL,NULL,NULL,'{"author": "demom1", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 08:13:00.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','critical','["food", "staff", "waiting"]','[]','[]',1,0.9879,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.harm.porezal-ruk", "words": "\u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442", "sentence": "\u0418 \u043d\u0430\u0448\u043b\u0438 \u0441\u0442\u0435\u043a\u043b\u043e \u0432 \u043f\u0438\u0440\u043e\u0436\u043d\u043e\u043c, \u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442.", "points": 0.56, "topic": null, "severity": "critical"}, {"rule": "ru.object.thing-food-nashl", "words": "\u0438 \u2026 \u0440\u043e\u0442", "sentence": "\u0418 \u043d\u0430\u0448\u043b\u0438 \u0441\u0442\u0435\u043a\u043b\u043e \u0432 \u043f\u0438\u0440\u043e\u0436\u043d\u043e\u043c, \u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442.", "points": 0.24, "topic": "food", "severity": "critical"}, {"rule": "ru.object.steklo-food", "words": "\u0438 \u2026 \u0440\u043e\u0442", "sentence": "\u0418 \u043d\u0430\u0448\u043b\u0438 \u0441\u0442\u0435\u043a\u043b\u043e \u0432 \u043f\u0438\u0440\u043e\u0436\u043d\u043e\u043c, \u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442.", "points": 0.24, "topic": "food", "severity": "critical"}, {"rule": "ru.harm.porezal-body", "words": "\u0438 \u2026 \u0440\u043e\u0442", "sentence": "\u0418 \u043d\u0430\u0448\u043b\u0438 \u0441\u0442\u0435\u043a\u043b\u043e \u0432 \u043f\u0438\u0440\u043e\u0436\u043d\u043e\u043c, \u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442.", "points": 0.56, "topic": null, "severity": "critical"}, {"rule": "ru.harm-sure.slomal-body", "words": "\u0438 \u2026 \u0440\u043e\u0442", "sentence": "\u0418 \u043d\u0430\u0448\u043b\u0438 \u0441\u0442\u0435\u043a\u043b\u043e \u0432 \u043f\u0438\u0440\u043e\u0436\u043d\u043e\u043c, \u043f\u043e\u0440\u0435\u0437\u0430\u043b\u0438 \u0440\u043e\u0442.", "points": 0.77, "topic": null, "severity": "critical"}]','ru');
INSERT INTO "review" VALUES(6,1,'m2','94cb62a39e2fd060f262aab330420745','review',1,NULL,NULL,NULL,'Грязные столы, липкий пол и запах из туалета. Ужасно.',NULL,NULL,'Анна Котова','2026-03-02 08:00:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom2','Совсем другой текст.','2026-03-02 10:00:01.000000','published',NULL,'{"author": "demom2", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 08:13:00.000000','2026-03-04 07:56:07.000000','2026-03-02 09:51:22.000000','2026-03-02 10:09:22.000000',0,NULL,NULL,0,NULL,'negative','high','["cleanliness"]','[]','[]',0,0.9956,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.uzhasn", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 0.98, "topic": null, "severity": null}, {"rule": "ru.cleanliness.gryazn", "words": "\u0433\u0440\u044f\u0437\u043d\u044b\u0435", "sentence": "\u0413\u0440\u044f\u0437\u043d\u044b\u0435 \u0441\u0442\u043e\u043b\u044b, \u043b\u0438\u043f\u043a\u0438\u0439 \u043f\u043e\u043b \u0438 \u0437\u0430\u043f\u0430\u0445 \u0438\u0437 \u0442\u0443\u0430\u043b\u0435\u0442\u0430.", "points": 0.32, "topic": "cleanliness", "severity": null}, {"rule": "ru.cleanliness.lipk-pol", "words": "\u043b\u0438\u043f\u043a\u0438\u0439 \u043f\u043e\u043b", "sentence": "\u0413\u0440\u044f\u0437\u043d\u044b\u0435 \u0441\u0442\u043e\u043b\u044b, \u043b\u0438\u043f\u043a\u0438\u0439 \u043f\u043e\u043b \u0438 \u0437\u0430\u043f\u0430\u0445 \u0438\u0437 \u0442\u0443\u0430\u043b\u0435\u0442\u0430.", "points": 0.24, "topic": "cleanliness", "severity": null}, {"rule": "ru.cleanliness.zapah-iz-tualeta", "words": "\u0437\u0430\u043f\u0430\u0445 \u0438\u0437 \u0442\u0443\u0430\u043b\u0435\u0442\u0430", "sentence": "\u0413\u0440\u044f\u0437\u043d\u044b\u0435 \u0441\u0442\u043e\u043b\u044b, \u043b\u0438\u043f\u043a\u0438\u0439 \u043f\u043e\u043b \u0438 \u0437\u0430\u043f\u0430\u0445 \u0438\u0437 \u0442\u0443\u0430\u043b\u0435\u0442\u0430.", "points": 0.24, "topic": "cleanliness", "severity": null}, {"rule": "ru.word.uzhas", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 1.0, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(7,2,'g1','fc0fbabf503343aa8cded895f6af17e9','review',1,NULL,NULL,NULL,'Бариста хамит, кофе ждали полчаса. Ужасно.',NULL,NULL,'Анна Котова','2026-03-02 08:00:00.000000','second',NULL,NULL,NULL,'[]',NULL,'Анна, здравствуйте! Спасибо, что написали. Жаль, что пришлось долго ждать. Подскажите, пожалуйста, день и примерное время: управляющий посмотрит, как работала та смена. Для связи с нами: +7 495 000-00-01.','2026-03-02 09:22:08.000000','published',1,'{"reply_url": "https://business.google.com/reviews"}','2026-03-02 08:15:02.000000','2026-03-04 08:28:22.000000','2026-03-02 09:15:42.000000','2026-03-02 09:24:13.000000',0,NULL,NULL,0,NULL,'negative','high','["waiting", "staff"]','[]','[]',0,0.973,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.uzhasn", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 1.2, "topic": null, "severity": null}, {"rule": "ru.staff.ham", "words": "\u0445\u0430\u043c\u0438\u0442", "sentence": "\u0411\u0430\u0440\u0438\u0441\u0442\u0430 \u0445\u0430\u043c\u0438\u0442, \u043a\u043e\u0444\u0435 \u0436\u0434\u0430\u043b\u0438 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.42, "topic": "staff", "severity": null}, {"rule": "ru.waiting.zhdal", "words": "\u0436\u0434\u0430\u043b\u0438", "sentence": "\u0411\u0430\u0440\u0438\u0441\u0442\u0430 \u0445\u0430\u043c\u0438\u0442, \u043a\u043e\u0444\u0435 \u0436\u0434\u0430\u043b\u0438 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.29, "topic": "waiting", "severity": null}, {"rule": "ru.waiting.polchasa", "words": "\u043f\u043e\u043b\u0447\u0430\u0441\u0430", "sentence": "\u0411\u0430\u0440\u0438\u0441\u0442\u0430 \u0445\u0430\u043c\u0438\u0442, \u043a\u043e\u0444\u0435 \u0436\u0434\u0430\u043b\u0438 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.29, "topic": "waiting", "severity": null}, {"rule": "ru.word.uzhas", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 1.22, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(8,1,'m3','a3acc3674d6325f05c9de62c39359c81','review',1,NULL,NULL,NULL,'Отравились пирожным, ночью вызывали скорую помощь.',NULL,NULL,'Анна Котова','2026-03-02 08:40:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom3',NULL,NULL,NULL,NULL,'{"author": "demom3", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 08:44:00.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','critical','["food"]','["food"]','[]',1,0.9291,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.poisoning.otravil", "words": "\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c", "sentence": "\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.", "points": 0.38, "topic": "food", "severity": "critical"}, {"rule": "ru.harm.vyzyva-skoruyu", "words": "\u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e", "sentence": "\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.", "points": 0.91, "topic": null, "severity": "critical"}, {"rule": "ru.harm.skor-reanimats", "words": "\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u2026 \u043f\u043e\u043c\u043e\u0449\u044c", "sentence": "\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.", "points": 0.91, "topic": null, "severity": "critical"}, {"rule": "ru.harm-sure.skoraya-vyzval-nochyu", "words": "\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u2026 \u043f\u043e\u043c\u043e\u0449\u044c", "sentence": "\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.", "points": 1.17, "topic": null, "severity": "critical"}, {"rule": "ru.event", "words": "\u043e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u2026 \u0441\u043a\u043e\u0440\u0443\u044e", "sentence": "\u041e\u0442\u0440\u0430\u0432\u0438\u043b\u0438\u0441\u044c \u043f\u0438\u0440\u043e\u0436\u043d\u044b\u043c, \u043d\u043e\u0447\u044c\u044e \u0432\u044b\u0437\u044b\u0432\u0430\u043b\u0438 \u0441\u043a\u043e\u0440\u0443\u044e \u043f\u043e\u043c\u043e\u0449\u044c.", "points": 0.0, "topic": null, "severity": "critical"}]','ru');
INSERT INTO "review" VALUES(9,1,'m4','4a9139ec5cea4742cc66b9b6225e8771','review',1,NULL,NULL,NULL,'Очень дорого, а порции крошечные. Обман с ценой на кассе.',NULL,NULL,'Анна Котова','2026-03-02 08:40:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom4',NULL,NULL,NULL,NULL,'{"author": "demom4", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 08:44:00.000000','2026-03-04 07:56:07.000000','2026-03-04 07:56:07.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["price", "place"]','[]','[]',0,0.9185,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.fraud.obman", "words": "\u043e\u0431\u043c\u0430\u043d", "sentence": "\u041e\u0431\u043c\u0430\u043d \u0441 \u0446\u0435\u043d\u043e\u0439 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435.", "points": 1.05, "topic": null, "severity": "high"}, {"rule": "ru.price.dorog", "words": "\u0434\u043e\u0440\u043e\u0433\u043e", "sentence": "\u041e\u0447\u0435\u043d\u044c \u0434\u043e\u0440\u043e\u0433\u043e, \u0430 \u043f\u043e\u0440\u0446\u0438\u0438 \u043a\u0440\u043e\u0448\u0435\u0447\u043d\u044b\u0435.", "points": 0.19, "topic": "price", "severity": null}, {"rule": "ru.place.kroshechn", "words": "\u043a\u0440\u043e\u0448\u0435\u0447\u043d\u044b\u0435", "sentence": "\u041e\u0447\u0435\u043d\u044c \u0434\u043e\u0440\u043e\u0433\u043e, \u0430 \u043f\u043e\u0440\u0446\u0438\u0438 \u043a\u0440\u043e\u0448\u0435\u0447\u043d\u044b\u0435.", "points": 0.19, "topic": "place", "severity": null}, {"rule": "ru.word.obman", "words": "\u043e\u0431\u043c\u0430\u043d", "sentence": "\u041e\u0431\u043c\u0430\u043d \u0441 \u0446\u0435\u043d\u043e\u0439 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435.", "points": 0.76, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(10,2,'g2','95c176b82447a9a239021770ce3bc3a1','review',1,NULL,NULL,NULL,'Волос в супе, официант пожал плечами. Отвратительно.',NULL,NULL,'Анна Котова','2026-03-02 08:40:00.000000','second',NULL,NULL,NULL,'[]',NULL,NULL,NULL,NULL,1,'{"reply_url": "https://business.google.com/reviews"}','2026-03-02 08:46:03.000000','2026-03-04 09:45:00.000000','2026-03-04 09:45:00.000000',NULL,0,NULL,NULL,0,NULL,'negative','critical','["food"]','[]','[]',1,0.9509,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.object.volos-food", "words": "\u0432\u043e\u043b\u043e\u0441 \u2026 \u043f\u043b\u0435\u0447\u0430\u043c\u0438", "sentence": "\u0412\u043e\u043b\u043e\u0441 \u0432 \u0441\u0443\u043f\u0435, \u043e\u0444\u0438\u0446\u0438\u0430\u043d\u0442 \u043f\u043e\u0436\u0430\u043b \u043f\u043b\u0435\u0447\u0430\u043c\u0438.", "points": 0.5, "topic": "food", "severity": "critical"}, {"rule": "ru.awful.otvratiteln", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 1.21, "topic": null, "severity": null}, {"rule": "ru.word.otvratitel", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 0.76, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(11,3,'a1','9b1443cc3ce4f23aa6dbc04c52c9006a','review',1,NULL,NULL,NULL,'Заказ перепутали дважды, деньги не вернули. Отвратительно.',NULL,NULL,'Анна Котова','2026-03-02 09:20:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000002/reviews/?reviews[publicId]=demoa1',NULL,NULL,NULL,NULL,'{"author": "demoa1", "reply_url": "https://yandex.ru/sprav/1000000002/p/edit/reviews/"}','2026-03-02 09:31:20.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["payment", "delivery"]','[]','[]',0,0.968,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.otvratiteln", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 1.21, "topic": null, "severity": null}, {"rule": "ru.payment.dengi-ne-vernu", "words": "\u0434\u0435\u043d\u044c\u0433\u0438 \u043d\u0435 \u0432\u0435\u0440\u043d\u0443\u043b\u0438", "sentence": "\u0417\u0430\u043a\u0430\u0437 \u043f\u0435\u0440\u0435\u043f\u0443\u0442\u0430\u043b\u0438 \u0434\u0432\u0430\u0436\u0434\u044b, \u0434\u0435\u043d\u044c\u0433\u0438 \u043d\u0435 \u0432\u0435\u0440\u043d\u0443\u043b\u0438.", "points": 0.6, "topic": "payment", "severity": null}, {"rule": "ru.delivery.pereputa", "words": "\u043f\u0435\u0440\u0435\u043f\u0443\u0442\u0430\u043b\u0438", "sentence": "\u0417\u0430\u043a\u0430\u0437 \u043f\u0435\u0440\u0435\u043f\u0443\u0442\u0430\u043b\u0438 \u0434\u0432\u0430\u0436\u0434\u044b, \u0434\u0435\u043d\u044c\u0433\u0438 \u043d\u0435 \u0432\u0435\u0440\u043d\u0443\u043b\u0438.", "points": 0.37, "topic": "delivery", "severity": null}, {"rule": "ru.word.otvratitel", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 0.76, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(12,1,'m5','0bb6e96242b5a7e727cd12c10ae71943','review',1,NULL,NULL,NULL,'Музыка орёт так, что не слышно друг друга. Отвратительно.',NULL,NULL,'Анна Котова','2026-03-02 10:00:01.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom5',NULL,NULL,NULL,NULL,'{"author": "demom5", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 10:09:22.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','normal','["place", "noise"]','[]','[]',0,0.8864,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.otvratiteln", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 1.07, "topic": null, "severity": null}, {"rule": "ru.noise.ne-slyshno-drug", "words": "\u043d\u0435 \u0441\u043b\u044b\u0448\u043d\u043e \u0434\u0440\u0443\u0433", "sentence": "\u041c\u0443\u0437\u044b\u043a\u0430 \u043e\u0440\u0451\u0442 \u0442\u0430\u043a, \u0447\u0442\u043e \u043d\u0435 \u0441\u043b\u044b\u0448\u043d\u043e \u0434\u0440\u0443\u0433 \u0434\u0440\u0443\u0433\u0430.", "points": 0.4, "topic": "noise", "severity": null}, {"rule": "ru.word.otvratitel", "words": "\u043e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e", "sentence": "\u041e\u0442\u0432\u0440\u0430\u0442\u0438\u0442\u0435\u043b\u044c\u043d\u043e.", "points": 0.67, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(13,1,'m6','787f5c4c03ae5c156700bfae8c8c2985','review',1,NULL,NULL,NULL,'Официант забыл про нас, ждали счёт полчаса. Хамство.',NULL,NULL,'Анна Котова','2026-03-02 10:00:01.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom6',NULL,NULL,NULL,NULL,'{"author": "demom6", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 10:09:22.000000','2026-03-02 10:39:22.000000','2026-03-02 10:39:22.000000',NULL,84,'2026-03-02 10:44:07.000000','2026-03-03 11:02:00.000000',0,NULL,'negative','high','["staff", "waiting"]','[]','[]',0,0.975,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.staff.zabyl-prinesti", "words": "\u0437\u0430\u0431\u044b\u043b \u043f\u0440\u043e", "sentence": "\u041e\u0444\u0438\u0446\u0438\u0430\u043d\u0442 \u0437\u0430\u0431\u044b\u043b \u043f\u0440\u043e \u043d\u0430\u0441, \u0436\u0434\u0430\u043b\u0438 \u0441\u0447\u0451\u0442 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.92, "topic": "staff", "severity": null}, {"rule": "ru.staff.ham", "words": "\u0445\u0430\u043c\u0441\u0442\u0432\u043e", "sentence": "\u0425\u0430\u043c\u0441\u0442\u0432\u043e.", "points": 0.37, "topic": "staff", "severity": null}, {"rule": "ru.waiting.zhdal", "words": "\u0436\u0434\u0430\u043b\u0438", "sentence": "\u041e\u0444\u0438\u0446\u0438\u0430\u043d\u0442 \u0437\u0430\u0431\u044b\u043b \u043f\u0440\u043e \u043d\u0430\u0441, \u0436\u0434\u0430\u043b\u0438 \u0441\u0447\u0451\u0442 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.25, "topic": "waiting", "severity": null}, {"rule": "ru.waiting.polchasa", "words": "\u043f\u043e\u043b\u0447\u0430\u0441\u0430", "sentence": "\u041e\u0444\u0438\u0446\u0438\u0430\u043d\u0442 \u0437\u0430\u0431\u044b\u043b \u043f\u0440\u043e \u043d\u0430\u0441, \u0436\u0434\u0430\u043b\u0438 \u0441\u0447\u0451\u0442 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.25, "topic": "waiting", "severity": null}, {"rule": "ru.word.zab", "words": "\u0437\u0430\u0431\u044b\u043b", "sentence": "\u041e\u0444\u0438\u0446\u0438\u0430\u043d\u0442 \u0437\u0430\u0431\u044b\u043b \u043f\u0440\u043e \u043d\u0430\u0441, \u0436\u0434\u0430\u043b\u0438 \u0441\u0447\u0451\u0442 \u043f\u043e\u043b\u0447\u0430\u0441\u0430.", "points": 0.57, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(14,1,'m7','b3f386653736914beb7ec43f80fabc01','review',1,NULL,NULL,NULL,'Кофе холодный и кислый, десерт чёрствый. Разочарованы.',NULL,NULL,'Анна Котова','2026-03-02 10:00:01.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom7',NULL,NULL,NULL,NULL,'{"author": "demom7", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-02 10:09:22.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','normal','["food"]','[]','[]',0,0.728,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.bad.razochar", "words": "\u0440\u0430\u0437\u043e\u0447\u0430\u0440\u043e\u0432\u0430\u043d\u044b", "sentence": "\u0420\u0430\u0437\u043e\u0447\u0430\u0440\u043e\u0432\u0430\u043d\u044b.", "points": 0.63, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(15,3,'a2','bea5ca563ac54a2ec9de5388ca62eb89','review',1,NULL,NULL,NULL,'Долго, невкусно, грязно. Ужасное место.',NULL,NULL,'Анна Котова','2026-03-03 11:00:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000002/reviews/?reviews[publicId]=demoa2',NULL,NULL,NULL,NULL,'{"author": "demoa2", "reply_url": "https://yandex.ru/sprav/1000000002/p/edit/reviews/"}','2026-03-03 11:10:21.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["cleanliness", "food", "waiting"]','[]','[]',0,0.9866,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.uzhasn", "words": "\u0443\u0436\u0430\u0441\u043d\u043e\u0435", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e\u0435 \u043c\u0435\u0441\u0442\u043e.", "points": 1.31, "topic": null, "severity": null}, {"rule": "ru.cleanliness.gryazn", "words": "\u0433\u0440\u044f\u0437\u043d\u043e", "sentence": "\u0414\u043e\u043b\u0433\u043e, \u043d\u0435\u0432\u043a\u0443\u0441\u043d\u043e, \u0433\u0440\u044f\u0437\u043d\u043e.", "points": 0.43, "topic": "cleanliness", "severity": null}, {"rule": "ru.word.uzhas", "words": "\u0443\u0436\u0430\u0441\u043d\u043e\u0435", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e\u0435 \u043c\u0435\u0441\u0442\u043e.", "points": 1.34, "topic": null, "severity": null}, {"rule": "ru.word.gryaz", "words": "\u0433\u0440\u044f\u0437\u043d\u043e", "sentence": "\u0414\u043e\u043b\u0433\u043e, \u043d\u0435\u0432\u043a\u0443\u0441\u043d\u043e, \u0433\u0440\u044f\u0437\u043d\u043e.", "points": 0.72, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(16,1,'m8','1c976006b381616e24fcc9e3781a7e3d','review',1,NULL,NULL,NULL,'Нахамили по телефону и не приняли бронь. Ужасный сервис.',NULL,NULL,'Анна Котова','2026-03-04 07:40:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom8',NULL,NULL,NULL,NULL,'{"author": "demom8", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-04 07:56:07.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["staff"]','[]','[]',0,0.969,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.uzhasn", "words": "\u0443\u0436\u0430\u0441\u043d\u044b\u0439", "sentence": "\u0423\u0436\u0430\u0441\u043d\u044b\u0439 \u0441\u0435\u0440\u0432\u0438\u0441.", "points": 0.98, "topic": null, "severity": null}, {"rule": "ru.staff.naham", "words": "\u043d\u0430\u0445\u0430\u043c\u0438\u043b\u0438", "sentence": "\u041d\u0430\u0445\u0430\u043c\u0438\u043b\u0438 \u043f\u043e \u0442\u0435\u043b\u0435\u0444\u043e\u043d\u0443 \u0438 \u043d\u0435 \u043f\u0440\u0438\u043d\u044f\u043b\u0438 \u0431\u0440\u043e\u043d\u044c.", "points": 0.87, "topic": "staff", "severity": null}, {"rule": "ru.word.uzhas", "words": "\u0443\u0436\u0430\u0441\u043d\u044b\u0439", "sentence": "\u0423\u0436\u0430\u0441\u043d\u044b\u0439 \u0441\u0435\u0440\u0432\u0438\u0441.", "points": 1.0, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(17,1,'m9','48f2541ba04bd5f640ca8b10c92961d2','review',1,NULL,NULL,NULL,'Администратор грубо выставил нас с ребёнком. Позор.',NULL,NULL,'Анна Котова','2026-03-04 07:40:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=demom9',NULL,NULL,NULL,NULL,'{"author": "demom9", "reply_url": "https://yandex.ru/sprav/1000000001/p/edit/reviews/"}','2026-03-04 07:56:07.000000','2026-03-04 09:45:01.000000','2026-03-04 09:45:01.000000',NULL,0,NULL,NULL,0,NULL,'negative','critical','["staff"]','[]','[]',1,0.9597,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.event", "words": "\u0430\u0434\u043c\u0438\u043d\u0438\u0441\u0442\u0440\u0430\u0442\u043e\u0440 \u2026 \u0440\u0435\u0431\u0435\u043d\u043a\u043e\u043c", "sentence": "\u0410\u0434\u043c\u0438\u043d\u0438\u0441\u0442\u0440\u0430\u0442\u043e\u0440 \u0433\u0440\u0443\u0431\u043e \u0432\u044b\u0441\u0442\u0430\u0432\u0438\u043b \u043d\u0430\u0441 \u0441 \u0440\u0435\u0431\u0451\u043d\u043a\u043e\u043c.", "points": 0.0, "topic": null, "severity": "critical"}, {"rule": "ru.staff.vystavil", "words": "\u0432\u044b\u0441\u0442\u0430\u0432\u0438\u043b", "sentence": "\u0410\u0434\u043c\u0438\u043d\u0438\u0441\u0442\u0440\u0430\u0442\u043e\u0440 \u0433\u0440\u0443\u0431\u043e \u0432\u044b\u0441\u0442\u0430\u0432\u0438\u043b \u043d\u0430\u0441 \u0441 \u0440\u0435\u0431\u0451\u043d\u043a\u043e\u043c.", "points": 0.98, "topic": "staff", "severity": null}, {"rule": "ru.awful.pozor", "words": "\u043f\u043e\u0437\u043e\u0440", "sentence": "\u041f\u043e\u0437\u043e\u0440.", "points": 0.73, "topic": null, "severity": null}, {"rule": "ru.staff.grub", "words": "\u0433\u0440\u0443\u0431\u043e", "sentence": "\u0410\u0434\u043c\u0438\u043d\u0438\u0441\u0442\u0440\u0430\u0442\u043e\u0440 \u0433\u0440\u0443\u0431\u043e \u0432\u044b\u0441\u0442\u0430\u0432\u0438\u043b \u043d\u0430\u0441 \u0441 \u0440\u0435\u0431\u0451\u043d\u043a\u043e\u043c.", "points": 0.39, "topic": "staff", "severity": null}]','ru');
INSERT INTO "review" VALUES(18,2,'g3','c12008a29d1d6feeba2bc37036cfa00c','review',1,NULL,NULL,NULL,'Обсчитали на кассе и нагрубили. Больше ни ногой.',NULL,NULL,'Анна Котова','2026-03-04 08:20:08.000000','second',NULL,NULL,NULL,'[]',NULL,NULL,NULL,NULL,1,'{"reply_url": "https://business.google.com/reviews"}','2026-03-04 08:28:22.000000','2026-03-04 09:45:00.000000','2026-03-04 09:45:00.000000',NULL,0,NULL,NULL,0,NULL,'negative','critical','["staff", "payment"]','[]','[]',1,0.9617,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.swindle.obschit", "words": "\u043e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438", "sentence": "\u041e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435 \u0438 \u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438.", "points": 0.67, "topic": "payment", "severity": "critical"}, {"rule": "ru.staff.nagrub", "words": "\u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438", "sentence": "\u041e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435 \u0438 \u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438.", "points": 0.92, "topic": "staff", "severity": null}, {"rule": "ru.payment.obschita", "words": "\u043e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438", "sentence": "\u041e\u0431\u0441\u0447\u0438\u0442\u0430\u043b\u0438 \u043d\u0430 \u043a\u0430\u0441\u0441\u0435 \u0438 \u043d\u0430\u0433\u0440\u0443\u0431\u0438\u043b\u0438.", "points": 0.57, "topic": "payment", "severity": null}, {"rule": "ru.bad.ni-nogoy", "words": "\u043d\u0438 \u043d\u043e\u0433\u043e\u0439", "sentence": "\u0411\u043e\u043b\u044c\u0448\u0435 \u043d\u0438 \u043d\u043e\u0433\u043e\u0439.", "points": 0.35, "topic": null, "severity": null}]','ru');
INSERT INTO "review" VALUES(19,3,'late','19b21da5faf83114b7ebaed749710736','review',1,NULL,NULL,NULL,'Стол шатается, приборы грязные, ждали час. Ужасно.',NULL,NULL,'Анна Котова','2026-03-04 09:00:00.000000','last_change',NULL,NULL,NULL,'[]','https://yandex.ru/maps/org/1000000002/reviews/?reviews[publicId]=demolate',NULL,NULL,NULL,NULL,'{"author": "demolate", "reply_url": "https://yandex.ru/sprav/1000000002/p/edit/reviews/"}','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000',NULL,0,NULL,NULL,0,NULL,'negative','high','["cleanliness", "quality", "waiting"]','[]','[]',0,0.9815,'[{"rule": "stars", "words": "1\u2605", "sentence": "", "points": 2.0, "topic": null, "severity": null}, {"rule": "ru.awful.uzhasn", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 1.11, "topic": null, "severity": null}, {"rule": "ru.cleanliness.gryazn", "words": "\u0433\u0440\u044f\u0437\u043d\u044b\u0435", "sentence": "\u0421\u0442\u043e\u043b \u0448\u0430\u0442\u0430\u0435\u0442\u0441\u044f, \u043f\u0440\u0438\u0431\u043e\u0440\u044b \u0433\u0440\u044f\u0437\u043d\u044b\u0435, \u0436\u0434\u0430\u043b\u0438 \u0447\u0430\u0441.", "points": 0.36, "topic": "cleanliness", "severity": null}, {"rule": "ru.quality.shataet", "words": "\u0448\u0430\u0442\u0430\u0435\u0442\u0441\u044f", "sentence": "\u0421\u0442\u043e\u043b \u0448\u0430\u0442\u0430\u0435\u0442\u0441\u044f, \u043f\u0440\u0438\u0431\u043e\u0440\u044b \u0433\u0440\u044f\u0437\u043d\u044b\u0435, \u0436\u0434\u0430\u043b\u0438 \u0447\u0430\u0441.", "points": 0.36, "topic": "quality", "severity": null}, {"rule": "ru.waiting.zhdal-minut", "words": "\u0436\u0434\u0430\u043b\u0438 \u0447\u0430\u0441", "sentence": "\u0421\u0442\u043e\u043b \u0448\u0430\u0442\u0430\u0435\u0442\u0441\u044f, \u043f\u0440\u0438\u0431\u043e\u0440\u044b \u0433\u0440\u044f\u0437\u043d\u044b\u0435, \u0436\u0434\u0430\u043b\u0438 \u0447\u0430\u0441.", "points": 0.27, "topic": "waiting", "severity": null}, {"rule": "ru.word.uzhas", "words": "\u0443\u0436\u0430\u0441\u043d\u043e", "sentence": "\u0423\u0436\u0430\u0441\u043d\u043e.", "points": 1.13, "topic": null, "severity": null}]','ru');
CREATE TABLE revision (
	id INTEGER NOT NULL, 
	review_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	change VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	rating INTEGER, 
	title TEXT, 
	text TEXT, 
	pros TEXT, 
	cons TEXT, 
	reply_text TEXT, 
	tone VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(review_id) REFERENCES review (id)
);
INSERT INTO "revision" VALUES(1,7,'2026-03-02 09:24:13.000000','answered','fc0fbabf503343aa8cded895f6af17e9',1,NULL,'Бариста хамит, кофе ждали полчаса. Ужасно.',NULL,NULL,NULL,'negative');
INSERT INTO "revision" VALUES(2,5,'2026-03-02 09:33:22.000000','answered','b7fcd2352525385e09b8b4aeff6ace6c',1,NULL,'Ждали капучино сорок минут, бариста нахамила. Больше не придём.',NULL,NULL,NULL,'negative');
INSERT INTO "revision" VALUES(3,6,'2026-03-02 10:09:22.000000','answered','94cb62a39e2fd060f262aab330420745',1,NULL,'Грязные столы, липкий пол и запах из туалета. Ужасно.',NULL,NULL,NULL,'negative');
INSERT INTO "revision" VALUES(4,5,'2026-03-02 10:44:07.000000','edited','b7fcd2352525385e09b8b4aeff6ace6c',1,NULL,'Ждали капучино сорок минут, бариста нахамила. Больше не придём.',NULL,NULL,'Анна, простите нас!','negative');
INSERT INTO "revision" VALUES(5,5,'2026-03-02 10:44:07.000000','reply_vanished','b7fcd2352525385e09b8b4aeff6ace6c',1,NULL,'Ждали капучино сорок минут, бариста нахамила. Больше не придём.',NULL,NULL,'Анна, простите нас!','negative');
INSERT INTO "revision" VALUES(6,13,'2026-03-03 11:02:00.000000','gone','787f5c4c03ae5c156700bfae8c8c2985',1,NULL,'Официант забыл про нас, ждали счёт полчаса. Хамство.',NULL,NULL,NULL,'negative');
CREATE TABLE target (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	location_key VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	ref VARCHAR NOT NULL, 
	url TEXT, 
	host VARCHAR NOT NULL, 
	next_poll_at DATETIME, 
	first_contact_at DATETIME, 
	last_reading_at DATETIME, 
	last_complete_at DATETIME, 
	last_sweep_at DATETIME, 
	last_new_at DATETIME, 
	health VARCHAR NOT NULL, 
	health_since DATETIME, 
	failures INTEGER NOT NULL, 
	quiet_polls INTEGER NOT NULL, 
	memory JSON NOT NULL, 
	essence VARCHAR, 
	etag VARCHAR, 
	last_modified VARCHAR, 
	retired_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(location_key) REFERENCES location ("key"), 
	UNIQUE ("key"), 
	UNIQUE (source, ref)
);
INSERT INTO "target" VALUES(1,'tverskaya/yandex_maps','tverskaya','yandex_maps','1000000001','https://yandex.ru/maps/org/1000000001/','127.0.0.1','2026-03-04 10:03:01.000000','2026-03-02 07:55:00.000000','2026-03-04 09:45:01.000000','2026-03-04 07:56:07.000000','2026-03-04 07:56:07.000000','2026-03-04 07:56:07.000000','ok','2026-03-02 07:55:00.000000',0,5,'{"_reading": {"rhythm_at": "2026-03-03T10:36:00+00:00", "rhythm": [0.08913110656509228, [1.8760044477966966, 0.9606045366663928, 0.8023521426316237, 0.8023521426316237, 0.9539824450104166, 0.8023521426316237, 0.8023521426316237], [0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 1.3906872971915354, 2.640886648204449, 1.3906872971915354, 3.265986323710905, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079, 0.765587621685079], 9], "doubts": 0, "history_pages": 1, "history_read": true, "owed": 0, "counter": 10, "lacking": 0, "canaries": ["m8", "m9", "m1", "m5", "m7"], "open_on_first": [5, 8, 12, 14, 16, 17, 1]}}','35707662e027eb826dd784b86d892590301701431a9b49083ad66bfd0aa5b8c5',NULL,NULL,NULL);
INSERT INTO "target" VALUES(2,'tverskaya/google_business','tverskaya','google_business','locations/1',NULL,'127.0.0.1','2026-03-04 10:03:00.000000','2026-03-02 07:57:00.000000','2026-03-04 09:45:00.000000','2026-03-04 08:28:22.000000','2026-03-04 08:28:22.000000','2026-03-04 08:28:22.000000','ok','2026-03-02 07:57:00.000000',0,2,'{"_reading": {"rhythm_at": "2026-03-04T08:46:25+00:00", "rhythm": null, "doubts": 0, "history_pages": 1, "history_read": true, "owed": 0, "counter": 4, "lacking": 0, "canaries": ["g3", "g2", "g1", "g0"], "open_on_first": [10, 18]}}','a00b5556f3c19088d1448302c7868c27b86c4a677b2cb60253e019fe29af3c13',NULL,NULL,NULL);
INSERT INTO "target" VALUES(3,'arbat/yandex_maps','arbat','yandex_maps','1000000002','https://yandex.ru/maps/org/1000000002/','127.0.0.1','2026-03-04 10:03:21.000000','2026-03-02 07:57:01.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000','2026-03-04 09:45:21.000000','ok','2026-03-02 07:57:01.000000',0,0,'{"_reading": {"rhythm_at": null, "rhythm": null, "doubts": 0, "history_pages": 1, "history_read": true, "owed": 0, "counter": 4, "lacking": 0, "canaries": ["late", "a2", "a1", "a0"], "open_on_first": [11, 15, 19]}}','ba659606b1eaf1ffa18326787bf8731aabcc2439e2920f298df6c99d95f3d193',NULL,NULL,NULL);
INSERT INTO "target" VALUES(4,'nevsky/yandex_maps','nevsky','yandex_maps','1000000003','https://yandex.ru/maps/org/1000000003/','127.0.0.1','2026-03-04 14:00:21.000000',NULL,NULL,NULL,NULL,NULL,'denied','2026-03-02 07:59:01.000000',5,5,'{"_reading": {"rhythm_at": "2026-03-03T16:24:21+00:00", "rhythm": null, "doubts": 0}}',NULL,NULL,NULL,NULL);
CREATE TABLE target_state (
	id INTEGER NOT NULL, 
	target_id INTEGER NOT NULL, 
	health VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	cause TEXT, 
	sample TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(target_id) REFERENCES target (id)
);
INSERT INTO "target_state" VALUES(1,1,'ok','2026-03-02 07:55:00.000000',NULL,NULL);
INSERT INTO "target_state" VALUES(2,2,'ok','2026-03-02 07:57:00.000000',NULL,NULL);
INSERT INTO "target_state" VALUES(3,3,'ok','2026-03-02 07:57:01.000000',NULL,NULL);
INSERT INTO "target_state" VALUES(4,4,'denied','2026-03-02 07:59:01.000000','the site refuses access','403 http://127.0.0.1:44921/maps/org/org/1000000003/reviews/
no');
CREATE TABLE ticket (
	id INTEGER NOT NULL, 
	review_id INTEGER NOT NULL, 
	location_key VARCHAR NOT NULL, 
	desk VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	backlog BOOLEAN NOT NULL, 
	carded BOOLEAN NOT NULL, 
	holder VARCHAR, 
	held_at DATETIME, 
	snoozed_until DATETIME, 
	proposed_by VARCHAR, 
	approved_by VARCHAR, 
	approved_at DATETIME, 
	posted_by VARCHAR, 
	posted_at DATETIME, 
	publish_at DATETIME, 
	skipped_by VARCHAR, 
	skip_reason VARCHAR, 
	failure VARCHAR, 
	site_differs BOOLEAN NOT NULL, 
	draft_id INTEGER, 
	approved_draft_id INTEGER, 
	opened_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	next_duty_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(review_id) REFERENCES review (id), 
	UNIQUE (review_id)
);
INSERT INTO "ticket" VALUES(1,1,'tverskaya','','waiting',1,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,NULL,'2026-03-02 07:55:00.000000',NULL,NULL);
INSERT INTO "ticket" VALUES(2,5,'tverskaya','','waiting',2,6,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,12,NULL,'2026-03-02 08:13:00.000000',NULL,'2026-03-04 12:42:07.000000');
INSERT INTO "ticket" VALUES(3,6,'tverskaya','','answered',1,5,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-02 09:20:00.000000','marina','2026-03-02 09:20:01.000000',NULL,NULL,NULL,NULL,1,3,3,'2026-03-02 08:13:00.000000','2026-03-02 10:09:22.000000',NULL);
INSERT INTO "ticket" VALUES(4,7,'tverskaya','','answered',1,5,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-02 09:20:06.000000','bot','2026-03-02 09:22:09.000000',NULL,NULL,NULL,NULL,0,4,4,'2026-03-02 08:15:02.000000','2026-03-02 09:24:13.000000',NULL);
INSERT INTO "ticket" VALUES(5,8,'tverskaya','','proposed',1,4,0,1,NULL,NULL,NULL,'ivan',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,5,NULL,'2026-03-02 08:44:00.000000',NULL,'2026-03-04 10:42:00.000000');
INSERT INTO "ticket" VALUES(6,9,'tverskaya','','skipped',1,2,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'marina','spam',NULL,0,6,NULL,'2026-03-02 08:44:00.000000','2026-03-02 09:20:05.000000',NULL);
INSERT INTO "ticket" VALUES(7,10,'tverskaya','','failed',1,5,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-02 09:20:07.000000',NULL,NULL,NULL,NULL,NULL,'the site has no such page',0,7,7,'2026-03-02 08:46:03.000000',NULL,'2026-03-04 10:44:03.000000');
INSERT INTO "ticket" VALUES(8,11,'arbat','','waiting',1,3,0,1,'ivan','2026-03-02 10:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,8,NULL,'2026-03-02 09:31:20.000000',NULL,'2026-03-04 10:29:20.000000');
INSERT INTO "ticket" VALUES(9,12,'tverskaya','','approved',1,3,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-02 10:40:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,0,9,9,'2026-03-02 10:09:22.000000',NULL,'2026-03-04 11:07:22.000000');
INSERT INTO "ticket" VALUES(10,13,'tverskaya','','gone',1,3,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,10,NULL,'2026-03-02 10:09:22.000000','2026-03-03 11:02:00.000000',NULL);
INSERT INTO "ticket" VALUES(11,14,'tverskaya','','waiting',1,4,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,11,NULL,'2026-03-02 10:09:22.000000',NULL,'2026-03-04 11:07:22.000000');
INSERT INTO "ticket" VALUES(12,15,'arbat','','waiting',1,2,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,13,NULL,'2026-03-03 11:10:21.000000',NULL,'2026-03-04 12:08:21.000000');
INSERT INTO "ticket" VALUES(13,16,'tverskaya','','waiting',1,2,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,14,NULL,'2026-03-04 07:56:07.000000',NULL,'2026-03-04 12:54:07.000000');
INSERT INTO "ticket" VALUES(14,17,'tverskaya','','posted',1,4,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-04 08:20:00.000000','marina','2026-03-04 08:20:01.000000',NULL,NULL,NULL,NULL,0,15,15,'2026-03-04 07:56:07.000000',NULL,'2026-03-06 08:20:01.000000');
INSERT INTO "ticket" VALUES(15,18,'tverskaya','','approved',1,3,0,1,NULL,NULL,NULL,NULL,'marina','2026-03-04 09:45:21.000000',NULL,NULL,'2026-03-04 09:47:21.000000',NULL,NULL,NULL,0,16,16,'2026-03-04 08:28:22.000000',NULL,'2026-03-04 10:02:22.000000');
INSERT INTO "ticket" VALUES(16,19,'arbat','','waiting',1,1,0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,17,NULL,'2026-03-04 09:45:21.000000',NULL,'2026-03-04 10:13:21.000000');
CREATE TABLE ticket_round (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	clock_start_at DATETIME NOT NULL, 
	seen_deadline DATETIME, 
	seen_done_at DATETIME, 
	seen_breached_at DATETIME, 
	reply_deadline DATETIME, 
	why JSON NOT NULL, 
	steps_done JSON NOT NULL, 
	last_look_at DATETIME, 
	breached_at DATETIME, 
	refuted BOOLEAN NOT NULL, 
	marked_at DATETIME, 
	answered_after DATETIME, 
	answered_by DATETIME, 
	closed_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id), 
	UNIQUE (ticket_id, n)
);
INSERT INTO "ticket_round" VALUES(1,1,1,'new','2026-03-02 07:55:00.000000',NULL,NULL,NULL,NULL,'{"class": "negative", "rule": "reply_time"}','[]',NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(2,2,1,'new','2026-03-02 08:13:00.000000',NULL,NULL,NULL,'2026-03-02 09:13:00.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:13:00+00:00"}], ["interval", {"from": "2026-03-02T08:13:00+00:00", "to": "2026-03-02T09:13:00+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T09:13:00+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers"]','2026-03-02 09:13:00.000000','2026-03-02 09:13:00.000000',0,NULL,'2026-03-02 09:15:22.000000','2026-03-02 09:20:00.000000','2026-03-02 09:33:22.000000');
INSERT INTO "ticket_round" VALUES(3,3,1,'new','2026-03-02 08:13:00.000000',NULL,'2026-03-02 09:20:00.000000',NULL,'2026-03-02 09:13:00.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:13:00+00:00"}], ["interval", {"from": "2026-03-02T08:13:00+00:00", "to": "2026-03-02T09:13:00+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T09:13:00+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers"]','2026-03-02 09:13:00.000000','2026-03-02 09:13:00.000000',0,'2026-03-02 09:20:01.000000','2026-03-02 09:51:22.000000','2026-03-02 10:00:01.000000','2026-03-02 10:09:22.000000');
INSERT INTO "ticket_round" VALUES(4,4,1,'new','2026-03-02 08:15:02.000000',NULL,'2026-03-02 09:20:06.000000',NULL,'2026-03-02 09:15:02.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:15:02+00:00"}], ["interval", {"from": "2026-03-02T08:15:02+00:00", "to": "2026-03-02T09:15:02+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T09:15:02+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers"]','2026-03-02 09:15:42.000000','2026-03-02 09:15:02.000000',0,'2026-03-02 09:22:09.000000','2026-03-02 09:15:42.000000','2026-03-02 09:22:08.000000','2026-03-02 09:24:13.000000');
INSERT INTO "ticket_round" VALUES(5,5,1,'new','2026-03-02 08:44:00.000000','2026-03-02 08:59:00.000000','2026-03-02 09:20:02.000000','2026-03-02 08:59:00.000000','2026-03-02 10:44:00.000000','{"class": "critical", "rule": "reply_time", "reply": {"span": "2h work", "minutes": 120.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:44:00+00:00"}], ["interval", {"from": "2026-03-02T08:44:00+00:00", "to": "2026-03-02T10:44:00+00:00", "minutes": 120}], ["due", {"at": "2026-03-02T10:44:00+00:00", "span": "2h work", "rule": "reply_time"}]]}, "seen": {"span": "15m clock", "minutes": 15.0, "days": 0, "counts": "clock", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:44:00+00:00"}], ["clock", {"from": "2026-03-02T08:44:00+00:00", "to": "2026-03-02T08:59:00+00:00", "minutes": 15}], ["due", {"at": "2026-03-02T08:59:00+00:00", "span": "15m clock", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["seen/10m chat", "seen/15m managers", "80% holder", "100% managers", "daily managers#2026-03-03"]','2026-03-03 10:44:00.000000','2026-03-02 10:44:00.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(6,6,1,'new','2026-03-02 08:44:00.000000',NULL,'2026-03-02 09:20:05.000000',NULL,'2026-03-02 09:44:00.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:44:00+00:00"}], ["interval", {"from": "2026-03-02T08:44:00+00:00", "to": "2026-03-02T09:44:00+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T09:44:00+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat"]','2026-03-02 09:15:22.000000',NULL,0,NULL,NULL,NULL,'2026-03-02 09:20:05.000000');
INSERT INTO "ticket_round" VALUES(7,7,1,'new','2026-03-02 08:46:03.000000','2026-03-02 09:01:03.000000','2026-03-02 09:20:07.000000','2026-03-02 09:01:03.000000','2026-03-02 10:46:03.000000','{"class": "critical", "rule": "reply_time", "reply": {"span": "2h work", "minutes": 120.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:46:03+00:00"}], ["interval", {"from": "2026-03-02T08:46:03+00:00", "to": "2026-03-02T10:46:03+00:00", "minutes": 120}], ["due", {"at": "2026-03-02T10:46:03+00:00", "span": "2h work", "rule": "reply_time"}]]}, "seen": {"span": "15m clock", "minutes": 15.0, "days": 0, "counts": "clock", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T08:46:03+00:00"}], ["clock", {"from": "2026-03-02T08:46:03+00:00", "to": "2026-03-02T09:01:03+00:00", "minutes": 15}], ["due", {"at": "2026-03-02T09:01:03+00:00", "span": "15m clock", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["seen/10m chat", "seen/15m managers", "80% holder", "100% managers", "daily managers#2026-03-03"]','2026-03-03 10:48:01.000000','2026-03-02 10:46:03.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(8,8,1,'new','2026-03-02 09:31:20.000000',NULL,'2026-03-02 10:00:00.000000',NULL,'2026-03-02 10:31:20.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T09:31:20+00:00"}], ["interval", {"from": "2026-03-02T09:31:20+00:00", "to": "2026-03-02T10:31:20+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T10:31:20+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers", "+4h managers", "daily managers#2026-03-03"]','2026-03-03 10:32:11.000000','2026-03-02 10:31:20.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(9,9,1,'new','2026-03-02 10:09:22.000000',NULL,'2026-03-02 10:40:00.000000',NULL,'2026-03-02 11:09:22.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T10:09:22+00:00"}], ["interval", {"from": "2026-03-02T10:09:22+00:00", "to": "2026-03-02T11:09:22+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T11:09:22+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers", "+4h managers", "daily managers#2026-03-03"]','2026-03-03 11:10:01.000000','2026-03-02 11:09:22.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(10,10,1,'new','2026-03-02 10:09:22.000000',NULL,NULL,NULL,'2026-03-02 11:09:22.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T10:09:22+00:00"}], ["interval", {"from": "2026-03-02T10:09:22+00:00", "to": "2026-03-02T11:09:22+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T11:09:22+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers", "+4h managers"]','2026-03-02 15:09:22.000000','2026-03-02 11:09:22.000000',0,NULL,NULL,NULL,'2026-03-03 11:02:00.000000');
INSERT INTO "ticket_round" VALUES(11,11,1,'new','2026-03-02 10:09:22.000000',NULL,NULL,NULL,'2026-03-02 11:09:22.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T10:09:22+00:00"}], ["interval", {"from": "2026-03-02T10:09:22+00:00", "to": "2026-03-02T11:09:22+00:00", "minutes": 60}], ["due", {"at": "2026-03-02T11:09:22+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers", "+4h managers", "daily managers#2026-03-03"]','2026-03-03 11:10:01.000000','2026-03-02 11:09:22.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(12,2,2,'edited_worse','2026-03-02 10:44:07.000000','2026-03-02 10:59:07.000000',NULL,'2026-03-02 10:59:07.000000','2026-03-02 12:44:07.000000','{"class": "critical", "rule": "reply_time", "reply": {"span": "2h work", "minutes": 120.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T10:44:07+00:00"}], ["interval", {"from": "2026-03-02T10:44:07+00:00", "to": "2026-03-02T12:44:07+00:00", "minutes": 120}], ["due", {"at": "2026-03-02T12:44:07+00:00", "span": "2h work", "rule": "reply_time"}]]}, "seen": {"span": "15m clock", "minutes": 15.0, "days": 0, "counts": "clock", "rule": "reply_time", "why": [["started", {"at": "2026-03-02T10:44:07+00:00"}], ["clock", {"from": "2026-03-02T10:44:07+00:00", "to": "2026-03-02T10:59:07+00:00", "minutes": 15}], ["due", {"at": "2026-03-02T10:59:07+00:00", "span": "15m clock", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["seen/10m chat", "seen/15m managers", "80% holder", "100% managers", "daily managers#2026-03-03"]','2026-03-03 12:44:07.000000','2026-03-02 12:44:07.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(13,12,1,'new','2026-03-03 11:10:21.000000',NULL,NULL,NULL,'2026-03-03 12:10:21.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-03T11:10:21+00:00"}], ["interval", {"from": "2026-03-03T11:10:21+00:00", "to": "2026-03-03T12:10:21+00:00", "minutes": 60}], ["due", {"at": "2026-03-03T12:10:21+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers", "+4h managers"]','2026-03-04 07:10:21.000000','2026-03-03 12:10:21.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(14,13,1,'new','2026-03-04 07:56:07.000000',NULL,NULL,NULL,'2026-03-04 08:56:07.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T07:56:07+00:00"}], ["interval", {"from": "2026-03-04T07:56:07+00:00", "to": "2026-03-04T08:56:07+00:00", "minutes": 60}], ["due", {"at": "2026-03-04T08:56:07+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["50% chat", "80% holder", "100% managers"]','2026-03-04 08:56:07.000000','2026-03-04 08:56:07.000000',0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(15,14,1,'new','2026-03-04 07:56:07.000000','2026-03-04 08:11:07.000000','2026-03-04 08:20:00.000000','2026-03-04 08:11:07.000000','2026-03-04 09:56:07.000000','{"class": "critical", "rule": "reply_time", "reply": {"span": "2h work", "minutes": 120.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T07:56:07+00:00"}], ["interval", {"from": "2026-03-04T07:56:07+00:00", "to": "2026-03-04T09:56:07+00:00", "minutes": 120}], ["due", {"at": "2026-03-04T09:56:07+00:00", "span": "2h work", "rule": "reply_time"}]]}, "seen": {"span": "15m clock", "minutes": 15.0, "days": 0, "counts": "clock", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T07:56:07+00:00"}], ["clock", {"from": "2026-03-04T07:56:07+00:00", "to": "2026-03-04T08:11:07+00:00", "minutes": 15}], ["due", {"at": "2026-03-04T08:11:07+00:00", "span": "15m clock", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["seen/10m chat", "seen/15m managers"]',NULL,NULL,0,'2026-03-04 08:20:01.000000',NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(16,15,1,'new','2026-03-04 08:28:22.000000','2026-03-04 08:43:22.000000','2026-03-04 09:45:21.000000','2026-03-04 08:43:22.000000','2026-03-04 10:28:22.000000','{"class": "critical", "rule": "reply_time", "reply": {"span": "2h work", "minutes": 120.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T08:28:22+00:00"}], ["interval", {"from": "2026-03-04T08:28:22+00:00", "to": "2026-03-04T10:28:22+00:00", "minutes": 120}], ["due", {"at": "2026-03-04T10:28:22+00:00", "span": "2h work", "rule": "reply_time"}]]}, "seen": {"span": "15m clock", "minutes": 15.0, "days": 0, "counts": "clock", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T08:28:22+00:00"}], ["clock", {"from": "2026-03-04T08:28:22+00:00", "to": "2026-03-04T08:43:22+00:00", "minutes": 15}], ["due", {"at": "2026-03-04T08:43:22+00:00", "span": "15m clock", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','["seen/10m chat", "seen/15m managers"]',NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "ticket_round" VALUES(17,16,1,'new','2026-03-04 09:45:21.000000',NULL,NULL,NULL,'2026-03-04 10:45:21.000000','{"class": "negative", "rule": "reply_time", "reply": {"span": "1h work", "minutes": 60.0, "days": 0, "counts": "work", "rule": "reply_time", "why": [["started", {"at": "2026-03-04T09:45:21+00:00"}], ["interval", {"from": "2026-03-04T09:45:21+00:00", "to": "2026-03-04T10:45:21+00:00", "minutes": 60}], ["due", {"at": "2026-03-04T10:45:21+00:00", "span": "1h work", "rule": "reply_time"}]]}, "route": "default", "chats": ["support"]}','[]',NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE verdict_feedback (
	id INTEGER NOT NULL, 
	review_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	person VARCHAR NOT NULL, 
	says VARCHAR NOT NULL, 
	topic VARCHAR, 
	rules JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(review_id) REFERENCES review (id)
);
CREATE TABLE work (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	dedupe_key VARCHAR, 
	ticket_id INTEGER, 
	target_id INTEGER, 
	payload JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	not_before DATETIME NOT NULL, 
	claimed_at DATETIME, 
	claimed_until DATETIME, 
	attempts INTEGER NOT NULL, 
	done_at DATETIME, 
	cancelled_at DATETIME, 
	outcome VARCHAR, 
	error VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(target_id) REFERENCES target (id), 
	FOREIGN KEY(ticket_id) REFERENCES ticket (id), 
	UNIQUE (dedupe_key)
);
INSERT INTO "work" VALUES(1,'poll_now','look:2:1:50% chat',2,1,'{}','2026-03-02 08:42:00.000000','2026-03-02 08:42:00.000000','2026-03-02 08:42:00.000000',NULL,1,'2026-03-02 08:42:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(2,'poll_now','look:3:1:50% chat',3,1,'{}','2026-03-02 08:42:00.000000','2026-03-02 08:42:00.000000','2026-03-02 08:42:00.000000',NULL,1,'2026-03-02 08:42:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(3,'poll_now','look:4:1:50% chat',4,2,'{}','2026-03-02 08:44:00.000000','2026-03-02 08:44:00.000000','2026-03-02 08:44:00.000000',NULL,1,'2026-03-02 08:44:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(4,'poll_now','look:2:1:80% holder',2,1,'{}','2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000',NULL,1,'2026-03-02 08:59:04.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(5,'poll_now','look:3:1:80% holder',3,1,'{}','2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000','2026-03-02 08:59:04.000000',NULL,1,'2026-03-02 08:59:04.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(6,'poll_now','look:4:1:80% holder',4,2,'{}','2026-03-02 09:01:05.000000','2026-03-02 09:01:05.000000','2026-03-02 09:01:05.000000',NULL,1,'2026-03-02 09:01:05.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(7,'poll_now','look:2:1:100% managers',2,1,'{}','2026-03-02 09:11:00.000000','2026-03-02 09:11:00.000000','2026-03-02 09:11:00.000000',NULL,1,'2026-03-02 09:11:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(8,'poll_now','look:3:1:100% managers',3,1,'{}','2026-03-02 09:11:00.000000','2026-03-02 09:11:00.000000','2026-03-02 09:11:00.000000',NULL,1,'2026-03-02 09:11:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(9,'poll_now','look:6:1:50% chat',6,1,'{}','2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000',NULL,1,'2026-03-02 09:13:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(10,'poll_now','look:4:1:100% managers',4,2,'{}','2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000','2026-03-02 09:13:20.000000',NULL,1,'2026-03-02 09:13:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(11,'post_reply','post_reply:4:3',4,2,'{"draft_id": 4}','2026-03-02 09:20:06.000000','2026-03-02 09:22:06.000000','2026-03-02 09:22:08.000000',NULL,1,'2026-03-02 09:22:09.000000',NULL,'published',NULL);
INSERT INTO "work" VALUES(12,'post_reply','post_reply:7:3',7,2,'{"draft_id": 7}','2026-03-02 09:20:07.000000','2026-03-02 09:22:07.000000','2026-03-02 09:22:08.000000',NULL,1,'2026-03-02 09:22:10.000000',NULL,'refused',NULL);
INSERT INTO "work" VALUES(13,'poll_now','look:8:1:50% chat',8,3,'{}','2026-03-02 09:59:20.000000','2026-03-02 09:59:20.000000','2026-03-02 09:59:20.000000',NULL,1,'2026-03-02 09:59:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(14,'poll_now','look:8:1:80% holder',8,3,'{}','2026-03-02 10:17:20.000000','2026-03-02 10:17:20.000000','2026-03-02 10:17:20.000000',NULL,1,'2026-03-02 10:17:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(15,'poll_now','look:5:1:80% holder',5,1,'{}','2026-03-02 10:19:20.000000','2026-03-02 10:19:20.000000','2026-03-02 10:19:20.000000',NULL,1,'2026-03-02 10:19:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(16,'poll_now','look:7:1:80% holder',7,2,'{}','2026-03-02 10:21:41.000000','2026-03-02 10:21:41.000000',NULL,NULL,0,NULL,'2026-03-02 10:21:41.000000',NULL,NULL);
INSERT INTO "work" VALUES(17,'poll_now','look:8:1:100% managers',8,3,'{}','2026-03-02 10:29:20.000000','2026-03-02 10:29:20.000000','2026-03-02 10:29:20.000000',NULL,1,'2026-03-02 10:29:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(18,'poll_now','look:9:1:50% chat',9,1,'{}','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000',NULL,1,'2026-03-02 10:37:22.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(19,'poll_now','look:10:1:50% chat',10,1,'{}','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000',NULL,1,'2026-03-02 10:37:22.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(20,'poll_now','look:11:1:50% chat',11,1,'{}','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000','2026-03-02 10:37:22.000000',NULL,1,'2026-03-02 10:37:22.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(21,'poll_now','look:5:1:100% managers',5,1,'{}','2026-03-02 10:42:07.000000','2026-03-02 10:42:07.000000','2026-03-02 10:42:07.000000',NULL,1,'2026-03-02 10:42:07.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(22,'poll_now','look:7:1:100% managers',7,2,'{}','2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000','2026-03-02 10:44:07.000000',NULL,1,'2026-03-02 10:44:07.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(23,'poll_now','look:9:1:80% holder',9,1,'{}','2026-03-02 10:56:08.000000','2026-03-02 10:56:08.000000','2026-03-02 10:56:08.000000',NULL,1,'2026-03-02 10:56:08.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(24,'poll_now','look:10:1:80% holder',10,1,'{}','2026-03-02 10:56:08.000000','2026-03-02 10:56:08.000000','2026-03-02 10:56:08.000000',NULL,1,'2026-03-02 10:56:08.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(25,'poll_now','look:9:1:100% managers',9,1,'{}','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000',NULL,1,'2026-03-02 11:09:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(26,'poll_now','look:10:1:100% managers',10,1,'{}','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000',NULL,1,'2026-03-02 11:09:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(27,'poll_now','look:11:1:breach',11,1,'{}','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000','2026-03-02 11:09:20.000000',NULL,1,'2026-03-02 11:09:20.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(28,'poll_now','look:2:2:80% holder',2,1,'{}','2026-03-02 12:18:11.000000','2026-03-02 12:18:11.000000','2026-03-02 12:18:11.000000',NULL,1,'2026-03-02 12:18:11.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(29,'poll_now','look:2:2:100% managers',2,1,'{}','2026-03-02 12:42:11.000000','2026-03-02 12:42:11.000000','2026-03-02 12:42:11.000000',NULL,1,'2026-03-02 12:42:11.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(30,'poll_now','look:8:1:+4h managers',8,3,'{}','2026-03-02 14:30:11.000000','2026-03-02 14:30:11.000000','2026-03-02 14:30:11.000000',NULL,1,'2026-03-02 14:30:11.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(31,'poll_now','look:9:1:+4h managers',9,1,'{}','2026-03-02 15:07:22.000000','2026-03-02 15:07:22.000000','2026-03-02 15:07:22.000000',NULL,1,'2026-03-02 15:07:22.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(32,'poll_now','look:10:1:+4h managers',10,1,'{}','2026-03-02 15:07:22.000000','2026-03-02 15:07:22.000000','2026-03-02 15:07:22.000000',NULL,1,'2026-03-02 15:07:22.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(33,'poll_now','look:11:1:80% holder',11,1,'{}','2026-03-03 06:58:00.000000','2026-03-03 06:58:00.000000','2026-03-03 06:58:00.000000',NULL,1,'2026-03-03 06:58:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(34,'poll_now','look:8:1:daily managers#2026-03-03',8,3,'{}','2026-03-03 10:30:11.000000','2026-03-03 10:30:11.000000','2026-03-03 10:30:11.000000',NULL,1,'2026-03-03 10:30:11.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(35,'poll_now','look:5:1:daily managers#2026-03-03',5,1,'{}','2026-03-03 10:42:00.000000','2026-03-03 10:42:00.000000','2026-03-03 10:42:00.000000',NULL,1,'2026-03-03 10:42:00.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(36,'poll_now','look:7:1:daily managers#2026-03-03',7,2,'{}','2026-03-03 10:46:01.000000','2026-03-03 10:46:01.000000','2026-03-03 10:46:01.000000',NULL,1,'2026-03-03 10:46:01.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(37,'poll_now','look:9:1:daily managers#2026-03-03',9,1,'{}','2026-03-03 11:08:01.000000','2026-03-03 11:08:01.000000','2026-03-03 11:08:01.000000',NULL,1,'2026-03-03 11:08:01.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(38,'poll_now','look:11:1:daily managers#2026-03-03',11,1,'{}','2026-03-03 11:08:01.000000','2026-03-03 11:08:01.000000','2026-03-03 11:08:01.000000',NULL,1,'2026-03-03 11:08:01.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(39,'poll_now','look:12:1:50% chat',12,3,'{}','2026-03-03 11:38:21.000000','2026-03-03 11:38:21.000000','2026-03-03 11:38:21.000000',NULL,1,'2026-03-03 11:38:21.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(40,'poll_now','look:12:1:80% holder',12,3,'{}','2026-03-03 11:56:21.000000','2026-03-03 11:56:21.000000','2026-03-03 11:56:21.000000',NULL,1,'2026-03-03 11:56:21.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(41,'poll_now','look:12:1:100% managers',12,3,'{}','2026-03-03 12:08:21.000000','2026-03-03 12:08:21.000000','2026-03-03 12:08:21.000000',NULL,1,'2026-03-03 12:08:21.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(42,'poll_now','look:2:2:daily managers#2026-03-03',2,1,'{}','2026-03-03 12:42:07.000000','2026-03-03 12:42:07.000000','2026-03-03 12:42:07.000000',NULL,1,'2026-03-03 12:42:07.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(43,'poll_now','look:12:1:+4h managers',12,3,'{}','2026-03-04 07:08:21.000000','2026-03-04 07:08:21.000000','2026-03-04 07:08:21.000000',NULL,1,'2026-03-04 07:08:21.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(44,'poll_now','look:13:1:50% chat',13,1,'{}','2026-03-04 08:24:21.000000','2026-03-04 08:24:21.000000','2026-03-04 08:24:21.000000',NULL,1,'2026-03-04 08:24:21.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(45,'poll_now','look:13:1:80% holder',13,1,'{}','2026-03-04 08:42:23.000000','2026-03-04 08:42:23.000000','2026-03-04 08:42:23.000000',NULL,1,'2026-03-04 08:42:23.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(46,'poll_now','look:13:1:100% managers',13,1,'{}','2026-03-04 08:54:07.000000','2026-03-04 08:54:07.000000','2026-03-04 08:54:07.000000',NULL,1,'2026-03-04 08:54:07.000000',NULL,'due',NULL);
INSERT INTO "work" VALUES(47,'post_reply','post_reply:15:3',15,2,'{"draft_id": 16}','2026-03-04 09:45:21.000000','2026-03-04 09:47:21.000000',NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE INDEX inbox_waiting ON inbox (update_id) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX ix_target_location_key ON target (location_key);
CREATE INDEX target_due ON target (next_poll_at) WHERE retired_at IS NULL;
CREATE INDEX ix_reading_target_id ON reading (target_id);
CREATE INDEX review_first_seen ON review (first_seen_at);
CREATE INDEX ix_target_state_target_id ON target_state (target_id);
CREATE INDEX ix_revision_review_id ON revision (review_id);
CREATE INDEX ticket_duty ON ticket (next_duty_at) WHERE next_duty_at IS NOT NULL;
CREATE INDEX ix_verdict_feedback_review_id ON verdict_feedback (review_id);
CREATE INDEX ix_audit_ticket_id ON audit (ticket_id);
CREATE INDEX ix_card_chat_id ON card (chat_id);
CREATE INDEX ix_card_ticket_id ON card (ticket_id);
CREATE INDEX ix_draft_ticket_id ON draft (ticket_id);
CREATE INDEX ix_outbox_bundle_id ON outbox (bundle_id);
CREATE INDEX ix_outbox_ticket_id ON outbox (ticket_id);
CREATE INDEX outbox_message ON outbox (chat_id, message_id);
CREATE INDEX outbox_sent ON outbox (chat_id, sent_at);
CREATE INDEX outbox_sent_at ON outbox (sent_at);
CREATE INDEX outbox_waiting ON outbox (chat_key, not_before) WHERE sent_at IS NULL AND parked_at IS NULL;
CREATE INDEX ix_work_ticket_id ON work (ticket_id);
CREATE INDEX work_waiting ON work (not_before) WHERE done_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX ticket_state ON ticket (state);
CREATE INDEX ticket_here ON ticket (location_key, state);
CREATE INDEX ticket_round_deadline ON ticket_round (reply_deadline);
CREATE INDEX review_seen_here ON review (target_id, first_seen_at);
CREATE INDEX review_gone ON review (target_id, gone_at) WHERE gone_at IS NOT NULL;
COMMIT;
