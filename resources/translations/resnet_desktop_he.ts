<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="he" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About ResNet Desktop</source>
        <translation>אודות ResNet Desktop</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>גרסה {version}</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>רישיונות</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>סגירה</translation>
    </message>
    <message>
        <source>Classifies pictures on this computer with the ResNet family. No picture and no answer leaves it.</source>
        <translation>מסווג תמונות במחשב הזה בעזרת משפחת ResNet. שום תמונה ושום תשובה אינן יוצאות ממנו.</translation>
    </message>
</context>
<context>
    <name>AnswerCard</name>
    <message>
        <source>The answer appears here: what the picture shows, and how sure the model is.</source>
        <translation>כאן תופיע התשובה: מה רואים בתמונה, ועד כמה המודל בטוח.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>מתבונן…</translation>
    </message>
    <message>
        <source>The answer comes when the model is ready.</source>
        <translation>התשובה תגיע כשהמודל יהיה מוכן.</translation>
    </message>
    <message>
        <source>Choose a model that is on this computer.</source>
        <translation>בחרו מודל שנמצא במחשב הזה.</translation>
    </message>
    <message>
        <source>Not sure: it could be “{first}” or “{second}”.</source>
        <translation>לא בטוח: אולי &quot;{first}&quot; ואולי &quot;{second}&quot;.</translation>
    </message>
    <message>
        <source>Not sure: nothing this model knows stands out in the picture.</source>
        <translation>לא בטוח: שום דבר שהמודל מכיר אינו בולט בתמונה.</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} פיקסלים</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>סגירה</translation>
    </message>
</context>
<context>
    <name>ClassBar</name>
    <message>
        <source>Show what speaks for “{label}”</source>
        <translation>הצגת מה שתומך ב&quot;{label}&quot;</translation>
    </message>
</context>
<context>
    <name>ClassifyPage</name>
    <message>
        <source>The picture</source>
        <translation>התמונה</translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message>
        <source>Drop pictures or a folder</source>
        <translation>גררו לכאן תמונות או תיקייה</translation>
    </message>
    <message>
        <source>From your computer, a web page or another program. Nothing leaves this computer.</source>
        <translation>מהמחשב, מדף אינטרנט או מתוכנה אחרת. שום דבר אינו יוצא מהמחשב הזה.</translation>
    </message>
    <message>
        <source>Open pictures…</source>
        <translation>פתיחת תמונות…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>פתיחת תיקייה…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>הדבקה</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop here to see what it shows</source>
        <translation>שחררו כאן את התמונה כדי לראות מה יש בה</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Pictures</source>
        <translation>תמונות</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>More</source>
        <translation>עוד</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>שפה</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>כמו במערכת</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>בהיר</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>כהה</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>מראה</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>a video</source>
        <translation>סרטון</translation>
    </message>
    <message>
        <source>a web page</source>
        <translation>דף אינטרנט</translation>
    </message>
    <message>
        <source>a vector drawing (SVG)</source>
        <translation>ציור וקטורי (SVG)</translation>
    </message>
    <message>
        <source>a raw camera file</source>
        <translation>קובץ גולמי של מצלמה (RAW)</translation>
    </message>
    <message>
        <source>a JPEG 2000 picture</source>
        <translation>תמונת JPEG 2000</translation>
    </message>
    <message>
        <source>a JPEG XL picture</source>
        <translation>תמונת JPEG XL</translation>
    </message>
    <message>
        <source>a ZIP archive or office document</source>
        <translation>ארכיון ZIP או מסמך משרדי</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>מסמך PDF</translation>
    </message>
    <message>
        <source>a PostScript document</source>
        <translation>מסמך PostScript</translation>
    </message>
    <message>
        <source>a Photoshop file</source>
        <translation>קובץ Photoshop</translation>
    </message>
    <message>
        <source>a big-endian BigTIFF picture</source>
        <translation>תמונת BigTIFF בסדר בתים הפוך</translation>
    </message>
    <message>
        <source>a GIMP file</source>
        <translation>קובץ GIMP</translation>
    </message>
    <message>
        <source>an icon</source>
        <translation>סמל (ICO)</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>תוכנה</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open pictures…</source>
        <translation>פתיחת תמונות…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>פתיחת תיקייה…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>הדבקה</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>העתקת פרטי אבחון</translation>
    </message>
    <message>
        <source>Open the folder of the log file</source>
        <translation>פתיחת תיקיית קובץ היומן</translation>
    </message>
    <message>
        <source>About and licences</source>
        <translation>אודות ורישיונות</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>יציאה</translation>
    </message>
    <message>
        <source>Pasted picture {n}</source>
        <translation>תמונה מודבקת {n}</translation>
    </message>
    <message>
        <source>Open pictures</source>
        <translation>פתיחת תמונות</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>פתיחת תיקייה</translation>
    </message>
    <message>
        <source>This folder cannot be opened. It may have been moved, or its drive taken out.</source>
        <translation>לא ניתן לפתוח את התיקייה. ייתכן שהועברה או שהכונן שלה נותק.</translation>
    </message>
    <message>
        <source>The folder could not be opened: {folder}</source>
        <translation>לא ניתן לפתוח את התיקייה: {folder}</translation>
    </message>
    <message>
        <source>Diagnostics are on the clipboard. They name this computer&apos;s system and no picture.</source>
        <translation>פרטי האבחון הועתקו ללוח. יש בהם פרטים על מערכת המחשב, ואין בהם אף תמונה.</translation>
    </message>
    <message>
        <source>The answer is on the clipboard.</source>
        <translation>התשובה הועתקה ללוח.</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Preparing the model</source>
        <translation>הכנת המודל</translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <translation>שימוש במודל המובנה</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>פתיחת התיקייה</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>בדיקה חוזרת</translation>
    </message>
    <message>
        <source>the built-in model</source>
        <translation>המודל המובנה</translation>
    </message>
    <message>
        <source>Preparing {title}</source>
        <translation>מכין את {title}</translation>
    </message>
    <message>
        <source>{title} cannot answer yet</source>
        <translation>{title} עדיין לא יכול לענות</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>רק רגע…</translation>
    </message>
    <message>
        <source>This happens once. Pictures dropped meanwhile are answered as soon as it is done.</source>
        <translation>זה קורה פעם אחת בלבד. תמונות שתגררו בינתיים יזוהו מיד עם הסיום.</translation>
    </message>
    <message>
        <source>Its weights are not on this computer. No other model answers in its place.</source>
        <translation>המשקלים שלו אינם במחשב הזה. שום מודל אחר אינו עונה במקומו.</translation>
    </message>
    <message>
        <source>1. On a computer with a network, fetch
{url}
({size})

2. Bring the file, for example on a USB stick, and put it into
{folder}

3. Press “Check again”.</source>
        <translation>1. במחשב שמחובר לרשת, הורידו את
{url}
({size})

2. הביאו את הקובץ, למשל בהתקן USB, ושימו אותו בתיקייה
{folder}

3. לחצו על &quot;בדיקה חוזרת&quot;.</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Built-in model</source>
        <translation>מודל מובנה</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>בהכנה</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>מוכן</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>פגום</translation>
    </message>
    <message>
        <source>not downloaded</source>
        <translation>לא הורד</translation>
    </message>
    <message>
        <source>{name}: right for {accuracy} of the pictures of a test with 1,000 classes</source>
        <translation>{name}: צודק ב־{accuracy} מהתמונות במבחן של 1,000 מחלקות</translation>
    </message>
    <message numerus="yes">
        <source>%n classes</source>
        <translation>
            <numerusform>מחלקה אחת</numerusform>
            <numerusform>%n מחלקות</numerusform>
        </translation>
    </message>
    <message>
        <source>{accuracy} right · {size}</source>
        <translation>דיוק {accuracy} · {size}</translation>
    </message>
</context>
<context>
    <name>ModelSelector</name>
    <message>
        <source>Models</source>
        <translation>מודלים</translation>
    </message>
    <message>
        <source>MODEL</source>
        <translation>מודל</translation>
    </message>
    <message>
        <source>YOUR MODELS</source>
        <translation>המודלים שלכם</translation>
    </message>
</context>
<context>
    <name>NoticeWords</name>
    <message>
        <source>That is a link to the internet. Save the picture, then drop its file here.</source>
        <translation>זה קישור לאינטרנט. שמרו את התמונה, ואז גררו לכאן את הקובץ שלה.</translation>
    </message>
    <message numerus="yes">
        <source>%n files that are not pictures were left out.</source>
        <translation>
            <numerusform>קובץ אחד שאינו תמונה הושמט.</numerusform>
            <numerusform>%n קבצים שאינם תמונות הושמטו.</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no pictures in there. Choose a folder that has some.</source>
        <translation>אין שם תמונות. בחרו תיקייה שיש בה תמונות.</translation>
    </message>
    <message>
        <source>The settings file was damaged and is set aside. The settings start afresh.</source>
        <translation>קובץ ההגדרות היה פגום ונשמר בצד. ההגדרות אופסו.</translation>
    </message>
    <message>
        <source>There is no picture in that. Drop a picture or a folder of pictures.</source>
        <translation>אין בזה תמונה. גררו תמונה או תיקייה של תמונות.</translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message>
        <source>Strength of the overlay</source>
        <translation>עוצמת השכבה</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>העתקת התשובה</translation>
    </message>
    <message>
        <source>Show the file in its folder</source>
        <translation>הצגת הקובץ בתיקייה שלו</translation>
    </message>
    <message>
        <source>Remove this picture from the list (Delete)</source>
        <translation>הסרת התמונה מהרשימה (Delete)</translation>
    </message>
    <message>
        <source>Remove all pictures from the list</source>
        <translation>הסרת כל התמונות מהרשימה</translation>
    </message>
    <message>
        <source>Open more pictures</source>
        <translation>פתיחת תמונות נוספות</translation>
    </message>
    <message>
        <source>What it looked at</source>
        <translation>על מה הסתכל המודל</translation>
    </message>
    <message>
        <source>Lay over the picture what speaks for the chosen class (H)</source>
        <translation>הצגה על גבי התמונה של מה שתומך במחלקה שנבחרה (H)</translation>
    </message>
</context>
<context>
    <name>PictureList</name>
    <message>
        <source>Unreadable</source>
        <translation>לא נפתחה</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Pictures answered</source>
        <translation>תמונות שנענו</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>עצירה</translation>
    </message>
    <message>
        <source>Looking for pictures…</source>
        <translation>מחפש תמונות…</translation>
    </message>
    <message>
        <source>{done} of {total} pictures</source>
        <translation>{done} מתוך {total} תמונות</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>There is no model named “{key}”. The models are: {known}.</source>
        <translation>אין מודל בשם &quot;{key}&quot;. המודלים הם: {known}.</translation>
    </message>
    <message>
        <source>{title} does not run on {device} here. Choose the processor.</source>
        <translation>{title} אינו פועל כאן על {device}. בחרו במעבד.</translation>
    </message>
    <message>
        <source>This computer has no {device} that can be used. Choose the processor.</source>
        <translation>במחשב הזה אין {device} שאפשר להשתמש בו. בחרו במעבד.</translation>
    </message>
    <message>
        <source>This file is no longer there. It may have been moved or renamed.</source>
        <translation>הקובץ כבר אינו שם. ייתכן שהועבר או ששמו שונה.</translation>
    </message>
    <message>
        <source>You are not allowed to read this file.</source>
        <translation>אין לכם הרשאה לקרוא את הקובץ הזה.</translation>
    </message>
    <message>
        <source>This file could not be read: {reason}.</source>
        <translation>לא ניתן לקרוא את הקובץ: {reason}.</translation>
    </message>
    <message>
        <source>You are not allowed to look into this folder.</source>
        <translation>אין לכם הרשאה לעיין בתיקייה הזו.</translation>
    </message>
    <message>
        <source>This is a folder, not a picture.</source>
        <translation>זו תיקייה, לא תמונה.</translation>
    </message>
    <message>
        <source>This is a device or a pipe, not a picture.</source>
        <translation>זה התקן או קובץ מערכת מיוחד, לא תמונה.</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>הקובץ ריק.</translation>
    </message>
    <message>
        <source>This file has {size} MB; the most that can be read is {limit} MB.</source>
        <translation>גודל הקובץ {size} MB; אפשר לקרוא עד {limit} MB.</translation>
    </message>
    <message>
        <source>This link leads back to itself.</source>
        <translation>קיצור הדרך הזה מוביל בחזרה לעצמו.</translation>
    </message>
    <message>
        <source>This picture takes too long to decode. Save a smaller copy and try that.</source>
        <translation>פענוח התמונה נמשך זמן רב מדי. שמרו עותק קטן יותר ונסו אותו.</translation>
    </message>
    <message>
        <source>This is {kind}, not a picture this program can read.</source>
        <translation>הקובץ הזה הוא {kind}, לא תמונה שהתוכנה יכולה לקרוא.</translation>
    </message>
    <message>
        <source>This is {kind}. Save it as a JPEG or PNG picture first.</source>
        <translation>הקובץ הזה הוא {kind}. שמרו אותו תחילה כתמונת JPEG או PNG.</translation>
    </message>
    <message>
        <source>This picture uses the colour format {mode}. Save it as a JPEG or PNG picture first.</source>
        <translation>התמונה משתמשת בתבנית הצבע {mode}. שמרו אותה תחילה כתמונת JPEG או PNG.</translation>
    </message>
    <message>
        <source>This is not a picture.</source>
        <translation>זו אינה תמונה.</translation>
    </message>
    <message>
        <source>This picture is cut off.</source>
        <translation>התמונה קטועה.</translation>
    </message>
    <message>
        <source>This picture is damaged.</source>
        <translation>התמונה פגומה.</translation>
    </message>
    <message>
        <source>This picture has {pixels} million pixels; the most that can be read is {limit} million.</source>
        <translation>בתמונה {pixels} מיליון פיקסלים; אפשר לקרוא עד {limit} מיליון.</translation>
    </message>
    <message>
        <source>This picture is stored in a way that this program cannot read. Save it as a JPEG or PNG picture first.</source>
        <translation>התמונה שמורה באופן שהתוכנה אינה יכולה לקרוא. שמרו אותה תחילה כתמונת JPEG או PNG.</translation>
    </message>
    <message>
        <source>There is not enough memory to open this picture.</source>
        <translation>אין די זיכרון לפתיחת התמונה.</translation>
    </message>
    <message>
        <source>Only the first of its frames or pages is shown.</source>
        <translation>מוצג רק הפריים או העמוד הראשון שלה.</translation>
    </message>
    <message>
        <source>The prepared form of {title} was damaged and has been removed. Try again.</source>
        <translation>הצורה המוכנה של {title} הייתה פגומה והוסרה. נסו שוב.</translation>
    </message>
    <message>
        <source>{title} could not be prepared: {folder} cannot be written ({reason}).</source>
        <translation>לא ניתן להכין את {title}: אי אפשר לכתוב אל {folder} ({reason}).</translation>
    </message>
    <message>
        <source>{title} is not on this computer yet. Put the file {file} into {folder}.</source>
        <translation>{title} עדיין אינו במחשב הזה. שימו את הקובץ {file} בתיקייה {folder}.</translation>
    </message>
    <message>
        <source>The built-in model is missing from this installation. Install ResNet Desktop again.</source>
        <translation>המודל המובנה חסר בהתקנה הזו. התקינו את ResNet Desktop מחדש.</translation>
    </message>
    <message>
        <source>The file {file} of {title} is damaged. Replace it with a good copy.</source>
        <translation>הקובץ {file} של {title} פגום. החליפו אותו בעותק תקין.</translation>
    </message>
    <message>
        <source>{title} does not answer the same after preparing it (difference {difference}). It was not kept.</source>
        <translation>{title} אינו עונה אותו דבר אחרי ההכנה (הפרש {difference}). הוא לא נשמר.</translation>
    </message>
    <message>
        <source>The weights of {title} could not be read. Replace the file {file}.</source>
        <translation>לא ניתן לקרוא את המשקלים של {title}. החליפו את הקובץ {file}.</translation>
    </message>
    <message>
        <source>The file {file} holds the weights of another network than {title}.</source>
        <translation>הקובץ {file} מכיל משקלים של רשת אחרת, לא של {title}.</translation>
    </message>
    <message>
        <source>This program does not know the architecture “{architecture}”.</source>
        <translation>התוכנה אינה מכירה את הארכיטקטורה &quot;{architecture}&quot;.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly (code {code}). Try again.</source>
        <translation>המנוע נעצר במפתיע (קוד {code}). נסו שוב.</translation>
    </message>
    <message>
        <source>The engine was ended by the system, most likely for lack of memory. Close other programs, try again.</source>
        <translation>המערכת הפסיקה את המנוע, ככל הנראה מחוסר זיכרון. סגרו תוכנות אחרות ונסו שוב.</translation>
    </message>
    <message>
        <source>The engine failed: {reason}. The log file has the details.</source>
        <translation>המנוע נכשל: {reason}. הפרטים בקובץ היומן.</translation>
    </message>
    <message>
        <source>Something went wrong: {reason}. The log file has the details.</source>
        <translation>משהו השתבש: {reason}. הפרטים בקובץ היומן.</translation>
    </message>
    <message>
        <source>The picture could not be kept: {reason}. Save it as a file and drop that.</source>
        <translation>לא ניתן לשמור את התמונה: {reason}. שמרו אותה כקובץ וגררו אותו.</translation>
    </message>
</context>
<context>
    <name>Stages</name>
    <message>
        <source>Reading the weights</source>
        <translation>קורא את המשקלים</translation>
    </message>
    <message>
        <source>Preparing the network</source>
        <translation>מכין את הרשת</translation>
    </message>
    <message>
        <source>Checking its answers</source>
        <translation>בודק את התשובות</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Built-in model</source>
        <translation>מודל מובנה</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>בהכנה</translation>
    </message>
    <message>
        <source>not ready</source>
        <translation>לא מוכן</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number} אלפיות שנייה</translation>
    </message>
    <message numerus="yes">
        <source>processor (%n cores)</source>
        <translation>
            <numerusform>מעבד (ליבה אחת)</numerusform>
            <numerusform>מעבד (%n ליבות)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>תמונה אחת</numerusform>
            <numerusform>%n תמונות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable</source>
        <translation>
            <numerusform>אחת לא נפתחה</numerusform>
            <numerusform>%n לא נפתחו</numerusform>
        </translation>
    </message>
</context>
</TS>
