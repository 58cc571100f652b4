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
        <source>The window is made with Qt {qt} and PySide6 {pyside}, used under the LGPL-3.0. Their libraries are separate files, which you may exchange for builds of your own; where the source is stands in the list.</source>
        <translation>החלון עשוי בעזרת Qt {qt} ו־PySide6 {pyside}, לפי הרישיון LGPL-3.0. הספריות שלהם הן קבצים נפרדים, שמותר לכם להחליף בגרסאות שבניתם בעצמכם; היכן נמצא קוד המקור כתוב ברשימה.</translation>
    </message>
    <message>
        <source>Which licence</source>
        <translation>איזה רישיון</translation>
    </message>
    <message>
        <source>What it is built from</source>
        <translation>ממה הוא בנוי</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>רישיונות</translation>
    </message>
    <message>
        <source>LICENCES</source>
        <translation>רישיונות</translation>
    </message>
    <message>
        <source>This text is missing from the installation. Install ResNet Desktop again to have it.</source>
        <translation>הטקסט הזה חסר בהתקנה. התקינו את ResNet Desktop מחדש כדי שיהיה כאן.</translation>
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
    <name>AdvancedDrawer</name>
    <message>
        <source>Reset to the preset</source>
        <translation>חזרה לערכי השיטה</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>סגירה</translation>
    </message>
    <message>
        <source>{preset}, advanced</source>
        <translation>{preset}, מתקדם</translation>
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
    <name>ClassScores</name>
    <message>
        <source>Class</source>
        <translation>מחלקה</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>תמונות</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>דיוק חיובי (precision)</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>כיסוי (recall)</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>When the model says this class, how often it is right.</source>
        <translation>כשהמודל אומר את המחלקה הזו, באיזה שיעור הוא צודק.</translation>
    </message>
    <message>
        <source>Of the pictures of this class, how many the model finds.</source>
        <translation>כמה מתוך תמונות המחלקה הזו המודל מוצא.</translation>
    </message>
    <message>
        <source>Precision and recall in one number, nearer to the smaller one.</source>
        <translation>שני המדדים במספר אחד, קרוב יותר לקטן מביניהם.</translation>
    </message>
</context>
<context>
    <name>ClassesTable</name>
    <message>
        <source>Figures of every class</source>
        <translation>הנתונים של כל מחלקה</translation>
    </message>
</context>
<context>
    <name>ClassifyPage</name>
    <message>
        <source>The picture</source>
        <translation>התמונה</translation>
    </message>
    <message>
        <source>Drop here to see what it shows</source>
        <translation>שחררו כאן כדי לראות מה רואים בה</translation>
    </message>
</context>
<context>
    <name>CloseQuestion</name>
    <message>
        <source>A run is going on</source>
        <translation>אימון מתבצע עכשיו</translation>
    </message>
    <message>
        <source>Stop the run and close the window?</source>
        <translation>לעצור את האימון ולסגור את החלון?</translation>
    </message>
    <message>
        <source>What it has learned is kept. It can go on at the next start.</source>
        <translation>מה שנלמד נשמר. אפשר להמשיך בהפעלה הבאה.</translation>
    </message>
    <message>
        <source>Stop and keep progress</source>
        <translation>לעצור ולשמור את ההתקדמות</translation>
    </message>
    <message>
        <source>Go on learning</source>
        <translation>להמשיך ללמוד</translation>
    </message>
</context>
<context>
    <name>CompareCard</name>
    <message numerus="yes">
        <source>%Ln runs compared</source>
        <translation>
            <numerusform>אימון אחד בהשוואה</numerusform>
            <numerusform>%Ln אימונים בהשוואה</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more are chosen than can be told apart on one plot.</source>
        <translation>
            <numerusform>נבחר אחד יותר ממה שאפשר להבחין ביניהם בתרשים אחד.</numerusform>
            <numerusform>נבחרו %Ln יותר ממה שאפשר להבחין ביניהם בתרשים אחד.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>All models</source>
        <translation>כל המודלים</translation>
    </message>
    <message>
        <source>Models that have answered</source>
        <translation>מודלים שענו</translation>
    </message>
    <message>
        <source>Models that are not on this computer are left out; the Models page brings them.</source>
        <translation>מודלים שאינם במחשב הזה אינם מופיעים; דף המודלים מביא אותם.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>סגירה</translation>
    </message>
</context>
<context>
    <name>ComparePlots</name>
    <message>
        <source>Loss when checking</source>
        <translation>שגיאה בבדיקה</translation>
    </message>
    <message>
        <source>Right, in percent</source>
        <translation>דיוק, באחוזים</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>סולם לוגריתמי</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>מחזור</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>השוואה</translation>
    </message>
    <message>
        <source>epoch {number}</source>
        <translation>מחזור {number}</translation>
    </message>
</context>
<context>
    <name>Contents</name>
    <message>
        <source>Pages of the guide</source>
        <translation>דפי המדריך</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Choose how on the side and press Start: the curves grow here.</source>
        <translation>בחרו בצד איך ללמוד ולחצו על התחלה: העקומות יופיעו כאן.</translation>
    </message>
</context>
<context>
    <name>DatasetCard</name>
    <message>
        <source>Checking the pictures</source>
        <translation>בודק את התמונות</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>תיקייה אחרת…</translation>
    </message>
    <message>
        <source>DATASET</source>
        <translation>מאגר</translation>
    </message>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>מחלקה אחת</numerusform>
            <numerusform>%Ln מחלקות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures to learn from</source>
        <translation>
            <numerusform>תמונה אחת ללמידה</numerusform>
            <numerusform>%Ln תמונות ללמידה</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to check on</source>
        <translation>
            <numerusform>אחת לבדיקה</numerusform>
            <numerusform>%Ln לבדיקה</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>Fast answers for folders</source>
        <translation>תשובות מהירות לתיקיות</translation>
    </message>
    <message>
        <source>Computes with half the digits (bf16): about one answer in fifty comes out differently.</source>
        <translation>חישוב בחצי מהספרות (bf16): בערך תשובה אחת מחמישים יוצאת אחרת.</translation>
    </message>
    <message>
        <source>RUNS ON</source>
        <translation>רץ על</translation>
    </message>
    <message>
        <source>This computer does not have it. Choose another one.</source>
        <translation>אין כזה במחשב הזה. בחרו אחר.</translation>
    </message>
    <message>
        <source>No graphics card or NPU that models could use was found.</source>
        <translation>לא נמצאו כרטיס מסך או NPU שמודלים יכולים להשתמש בהם.</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>Automatic</source>
        <translation>אוטומטי</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>מעבד</translation>
    </message>
    <message>
        <source>NVIDIA graphics (CUDA)</source>
        <translation>כרטיס מסך NVIDIA ‏(CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>מעבד גרפי של Apple ‏(MPS)</translation>
    </message>
    <message>
        <source>Intel graphics</source>
        <translation>מעבד גרפי של Intel</translation>
    </message>
    <message>
        <source>Intel NPU</source>
        <translation>NPU של Intel</translation>
    </message>
    <message>
        <source>Answers come from the processor: they take milliseconds there and start at once.</source>
        <translation>התשובות באות מהמעבד: שם הן לוקחות אלפיות שנייה ומתחילות מיד.</translation>
    </message>
    <message>
        <source>Always there, starts at once, and answers exactly.</source>
        <translation>תמיד נמצא, מתחיל מיד ועונה במדויק.</translation>
    </message>
    <message>
        <source>Fastest for thousands of pictures; takes some seconds to start.</source>
        <translation>המהיר ביותר לאלפי תמונות; ההתחלה לוקחת כמה שניות.</translation>
    </message>
    <message>
        <source>Fast for many pictures; takes some seconds to start.</source>
        <translation>מהיר לתמונות רבות; ההתחלה לוקחת כמה שניות.</translation>
    </message>
    <message>
        <source>Leaves the processor free for other programs.</source>
        <translation>משאיר את המעבד פנוי לתוכנות אחרות.</translation>
    </message>
    <message>
        <source>Needs the least power.</source>
        <translation>צורך הכי פחות חשמל.</translation>
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
    <name>ExamplesCard</name>
    <message>
        <source>Random part</source>
        <translation>חלק אקראי</translation>
    </message>
    <message>
        <source>Mirrored</source>
        <translation>תמונת ראי</translation>
    </message>
    <message>
        <source>Other light</source>
        <translation>תאורה אחרת</translation>
    </message>
    <message>
        <source>Another picture</source>
        <translation>תמונה אחרת</translation>
    </message>
    <message>
        <source>Six examples of what it will see</source>
        <translation>שש דוגמאות למה שיראה</translation>
    </message>
    <message>
        <source>WHAT IT SEES</source>
        <translation>מה הוא רואה</translation>
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
    <name>FindBar</name>
    <message>
        <source>Find on this page</source>
        <translation>חיפוש בדף הזה</translation>
    </message>
    <message>
        <source>The one before</source>
        <translation>הקודם</translation>
    </message>
    <message>
        <source>The next one</source>
        <translation>הבא</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>סגירה</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} מתוך {count}</translation>
    </message>
    <message>
        <source>Not on this page</source>
        <translation>לא בדף הזה</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>Wrong pictures</source>
        <translation>תמונות שגויות</translation>
    </message>
</context>
<context>
    <name>GetDialog</name>
    <message>
        <source>Download {title}</source>
        <translation>הורדת {title}</translation>
    </message>
    <message>
        <source>One file is fetched from the address below, and nothing is sent. It is used only if it is whole.</source>
        <translation>קובץ אחד מובא מהכתובת שלמטה, ושום דבר אינו נשלח. משתמשים בו רק אם הוא שלם.</translation>
    </message>
    <message>
        <source>No network here? Fetch the file on another computer and drop it on this window.</source>
        <translation>אין כאן רשת? הורידו את הקובץ במחשב אחר וגררו אותו אל החלון הזה.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>כתובת</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>גודל</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Goes into</source>
        <translation>נשמר בתיקייה</translation>
    </message>
    <message>
        <source>Mirror (optional)</source>
        <translation>אתר מראה (רשות)</translation>
    </message>
    <message>
        <source>Proxy (optional)</source>
        <translation>שרת מתווך (רשות)</translation>
    </message>
    <message>
        <source>begins with {digits}</source>
        <translation>מתחיל ב־{digits}</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>הורדה</translation>
    </message>
    <message>
        <source>Copy these facts</source>
        <translation>העתקת הפרטים</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ביטול</translation>
    </message>
</context>
<context>
    <name>GuideView</name>
    <message>
        <source>A page of the guide</source>
        <translation>דף במדריך</translation>
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
        <source>Classify</source>
        <translation>סיווג</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>מודלים</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>אימון</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>אימונים</translation>
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
    <name>HelpWindow</name>
    <message>
        <source>Help</source>
        <translation>עזרה</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>חזרה</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>קדימה</translation>
    </message>
    <message>
        <source>Find on this page</source>
        <translation>חיפוש בדף הזה</translation>
    </message>
    <message>
        <source>GUIDE</source>
        <translation>מדריך</translation>
    </message>
</context>
<context>
    <name>Intake</name>
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
    <name>MainMenu</name>
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
        <source>Help</source>
        <translation>עזרה</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>העתקת נתוני אבחון</translation>
    </message>
    <message>
        <source>Open the folder of the log file</source>
        <translation>פתיחת התיקייה של קובץ היומן</translation>
    </message>
    <message>
        <source>About and licences</source>
        <translation>אודות ורישיונות</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>יציאה</translation>
    </message>
</context>
<context>
    <name>Matrix</name>
    <message>
        <source>What was taken for what</source>
        <translation>מה זוהה בתור מה</translation>
    </message>
</context>
<context>
    <name>MistakesCard</name>
    <message>
        <source>Very sure and wrong? The picture may stand in the wrong folder. A double click opens it.</source>
        <translation>בטוח מאוד וטועה? ייתכן שהתמונה בתיקייה הלא נכונה. לחיצה כפולה פותחת אותה.</translation>
    </message>
    <message>
        <source>All mistakes</source>
        <translation>כל הטעויות</translation>
    </message>
</context>
<context>
    <name>MixUps</name>
    <message>
        <source>Most often:</source>
        <translation>הנפוצות ביותר:</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Preparing the model</source>
        <translation>הכנת המודל</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>הורדה…</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>בחירת קובץ…</translation>
    </message>
    <message>
        <source>Use the built-in model</source>
        <translation>שימוש במודל המובנה</translation>
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
        <source>{title} is on its way</source>
        <translation>{title} בדרך</translation>
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
        <source>No network here? On another computer, fetch
{url}
({size})
and bring the file, for example on a USB stick: drop it on this window.</source>
        <translation>אין כאן רשת? במחשב אחר הורידו את
{url}
({size})
והביאו את הקובץ, למשל בהחסן נייד: גררו אותו אל החלון הזה.</translation>
    </message>
</context>
<context>
    <name>ModelColumn</name>
    <message>
        <source>Looking…</source>
        <translation>מסתכל…</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number} אלפיות שנייה</translation>
    </message>
</context>
<context>
    <name>ModelFlow</name>
    <message>
        <source>Weights of a model</source>
        <translation>משקלים של מודל</translation>
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
    <message>
        <source>{accuracy} right</source>
        <translation>דיוק {accuracy}</translation>
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
    <name>ModelTile</name>
    <message>
        <source>Use</source>
        <translation>שימוש</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>הורדה…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>המשך</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>השהיה</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ביטול</translation>
    </message>
    <message>
        <source>Prepare</source>
        <translation>הכנה</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>בדיקה</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>ייצוא…</translation>
    </message>
    <message>
        <source>As one file, for another computer</source>
        <translation>כקובץ אחד, למחשב אחר</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>הסרה…</translation>
    </message>
    <message>
        <source>Its file is damaged and is not used. Download it or bring it again.</source>
        <translation>הקובץ שלו פגום ואינו בשימוש. הורידו או הביאו אותו שוב.</translation>
    </message>
    <message>
        <source>Stopped on the way. What has been downloaded so far is kept.</source>
        <translation>נעצר באמצע. מה שהורד עד כה נשמר.</translation>
    </message>
</context>
<context>
    <name>ModelWords</name>
    <message>
        <source>Built-in model</source>
        <translation>מודל מובנה</translation>
    </message>
    <message>
        <source>answers now</source>
        <translation>עונה עכשיו</translation>
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
        <source>{accuracy} right</source>
        <translation>דיוק {accuracy}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>מחלקה אחת</numerusform>
            <numerusform>%Ln מחלקות</numerusform>
        </translation>
    </message>
    <message>
        <source>{size} and {prepared} prepared</source>
        <translation>{size} ועוד {prepared} מוכנים</translation>
    </message>
    <message>
        <source>{number} ms a picture · {device}</source>
        <translation>{number} אלפיות שנייה לתמונה · {device}</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>רק רגע…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>מתחבר…</translation>
    </message>
    <message>
        <source>Reading its file through…</source>
        <translation>קורא את הקובץ שלו…</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>מסיר…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} מתוך {total}</translation>
    </message>
    <message numerus="yes">
        <source>%n seconds left</source>
        <translation>
            <numerusform>נותרה שנייה</numerusform>
            <numerusform>נותרו %n שניות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes left</source>
        <translation>
            <numerusform>נותרה דקה</numerusform>
            <numerusform>נותרו %n דקות</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Drop weights or pictures here</source>
        <translation>שחררו כאן משקלים או תמונות</translation>
    </message>
    <message>
        <source>FROM A FILE</source>
        <translation>מקובץ</translation>
    </message>
    <message>
        <source>Drop the file of a model anywhere on this window: .resnetmodel, .safetensors, .pth, .pt or .bin.</source>
        <translation>גררו קובץ של מודל לכל מקום בחלון: ⁦.resnetmodel⁩ · ⁦.safetensors⁩ · ⁦.pth⁩ · ⁦.pt⁩ · ⁦.bin⁩</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>בחירת קובץ…</translation>
    </message>
    <message>
        <source>Looking into the file</source>
        <translation>בודק את הקובץ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ביטול</translation>
    </message>
    <message>
        <source>SPACE</source>
        <translation>מקום בדיסק</translation>
    </message>
    <message>
        <source>Free this space</source>
        <translation>פינוי המקום</translation>
    </message>
    <message>
        <source>Prepared models are made again when they are needed.</source>
        <translation>מודלים מוכנים נוצרים שוב כשצריך אותם.</translation>
    </message>
    <message>
        <source>MODELS</source>
        <translation>מודלים</translation>
    </message>
    <message>
        <source>YOUR MODELS</source>
        <translation>המודלים שלכם</translation>
    </message>
    <message>
        <source>OLDER WEIGHTS</source>
        <translation>משקלים ישנים יותר</translation>
    </message>
    <message>
        <source>{size} are taken by what can be made again.</source>
        <translation>{size} תפוסים בידי מה שאפשר ליצור שוב.</translation>
    </message>
    <message>
        <source>Remove {title}</source>
        <translation>הסרת {title}</translation>
    </message>
    <message>
        <source>Move {title} to the trash?</source>
        <translation>להעביר את {title} לאשפה?</translation>
    </message>
    <message>
        <source>It can be downloaded or brought again.</source>
        <translation>אפשר להוריד או להביא אותו שוב.</translation>
    </message>
    <message>
        <source>It is one of your models: outside the trash there is no other copy.</source>
        <translation>זה אחד המודלים שלכם: מחוץ לאשפה אין עותק אחר.</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>העברה לאשפה</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>להשאיר</translation>
    </message>
    <message>
        <source>Export {title}</source>
        <translation>ייצוא {title}</translation>
    </message>
</context>
<context>
    <name>NamesDialog</name>
    <message>
        <source>A model from a file</source>
        <translation>מודל מקובץ</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>שם המודל</translation>
    </message>
    <message>
        <source>Class names, one a line</source>
        <translation>שמות המחלקות, אחד בשורה</translation>
    </message>
    <message>
        <source>Keep this model</source>
        <translation>לשמור את המודל</translation>
    </message>
    <message numerus="yes">
        <source>This is a {network} with %Ln classes.</source>
        <translation>
            <numerusform>זו רשת {network} עם מחלקה אחת.</numerusform>
            <numerusform>זו רשת {network} עם %Ln מחלקות.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file does not say what its classes are. Give their names in the network&apos;s order, one a line:</source>
        <translation>הקובץ אינו אומר מהן המחלקות שלו. כתבו את שמותיהן לפי סדר הרשת, אחד בשורה:</translation>
    </message>
    <message>
        <source>These names stood in a file beside it:</source>
        <translation>השמות האלה נמצאו בקובץ שלידו:</translation>
    </message>
    <message>
        <source>Read a list…</source>
        <translation>קריאת רשימה…</translation>
    </message>
    <message>
        <source>The 1,000 of ImageNet</source>
        <translation>1,000 המחלקות של ImageNet</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ביטול</translation>
    </message>
    <message>
        <source>All classes have a name.</source>
        <translation>לכל המחלקות יש שם.</translation>
    </message>
    <message>
        <source>A list of class names</source>
        <translation>רשימה של שמות מחלקות</translation>
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
    <message>
        <source>The answer is on the clipboard.</source>
        <translation>התשובה הועתקה ללוח.</translation>
    </message>
    <message>
        <source>Diagnostics are on the clipboard. They name this computer&apos;s system and no picture.</source>
        <translation>נתוני האבחון הועתקו. הם מתארים את מערכת המחשב ואינם מזכירים אף תמונה.</translation>
    </message>
    <message>
        <source>This folder cannot be opened. It may have been moved, or its drive taken out.</source>
        <translation>לא ניתן לפתוח את התיקייה. ייתכן שהועברה או שהכונן שלה נותק.</translation>
    </message>
    <message>
        <source>The folder could not be opened: {folder}</source>
        <translation>אי אפשר לפתוח את התיקייה: {folder}</translation>
    </message>
    <message>
        <source>{title} is on this computer now.</source>
        <translation>{title} נמצא עכשיו במחשב הזה.</translation>
    </message>
    <message>
        <source>{title} was on this computer already. Nothing was added.</source>
        <translation>{title} כבר היה במחשב הזה. לא נוסף דבר.</translation>
    </message>
    <message>
        <source>{title} is in {file} now.</source>
        <translation>{title} נמצא עכשיו בקובץ {file}.</translation>
    </message>
    <message>
        <source>The file of {title} is whole.</source>
        <translation>הקובץ של {title} שלם.</translation>
    </message>
    <message>
        <source>{size} are free again.</source>
        <translation>{size} פנויים שוב.</translation>
    </message>
    <message>
        <source>The run “{name}” has not come to its end. It can go on from where it was.</source>
        <translation>האימון ”{name}“ לא הגיע לסופו. אפשר להמשיך אותו מהמקום שבו היה.</translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message>
        <source>Strength of the overlay</source>
        <translation>עוצמת השכבה</translation>
    </message>
    <message>
        <source>Ask all models</source>
        <translation>לשאול את כל המודלים</translation>
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
    <name>PlotCard</name>
    <message>
        <source>The whole run</source>
        <translation>כל האימון</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>שמירה</translation>
    </message>
</context>
<context>
    <name>PlotFiles</name>
    <message>
        <source>As a picture (PNG)…</source>
        <translation>כתמונה (PNG)…</translation>
    </message>
    <message>
        <source>As a drawing (SVG)…</source>
        <translation>כשרטוט (SVG)…</translation>
    </message>
    <message>
        <source>The numbers as a table (CSV)…</source>
        <translation>המספרים כטבלה (CSV)…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>שמירה</translation>
    </message>
    <message>
        <source>{file} could not be written: {reason}. Choose another folder, or free some space.</source>
        <translation>אי אפשר לכתוב את {file}: {reason}. בחרו תיקייה אחרת או פנו מקום.</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>לא נשמר</translation>
    </message>
</context>
<context>
    <name>PresetCard</name>
    <message>
        <source>Name of the model</source>
        <translation>שם המודל</translation>
    </message>
    <message>
        <source>Starts from</source>
        <translation>מתחיל מ־</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>מתקדם</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>התחלה</translation>
    </message>
    <message>
        <source>HOW</source>
        <translation>איך</translation>
    </message>
    <message>
        <source>measuring…</source>
        <translation>מודד…</translation>
    </message>
</context>
<context>
    <name>PresetWords</name>
    <message>
        <source>Quick</source>
        <translation>מהיר</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>רגיל</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>מלא</translation>
    </message>
    <message>
        <source>Tutorial</source>
        <translation>לפי המדריך</translation>
    </message>
    <message>
        <source>Looks at every picture once and fits the last layer.</source>
        <translation>מסתכל פעם אחת על כל תמונה ומתאים את השכבה האחרונה.</translation>
    </message>
    <message>
        <source>The last layers learn, too; usually a few points better.</source>
        <translation>גם השכבות האחרונות לומדות; לרוב טוב יותר בכמה אחוזים.</translation>
    </message>
    <message>
        <source>All layers learn; worth it with many pictures.</source>
        <translation>כל השכבות לומדות; כדאי כשיש תמונות רבות.</translation>
    </message>
    <message numerus="yes">
        <source>about %Ln seconds</source>
        <translation>
            <numerusform>כשנייה אחת</numerusform>
            <numerusform>כ־%Ln שניות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln minutes</source>
        <translation>
            <numerusform>כדקה אחת</numerusform>
            <numerusform>כ־%Ln דקות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hours</source>
        <translation>
            <numerusform>כשעה אחת</numerusform>
            <numerusform>כ־%Ln שעות</numerusform>
        </translation>
    </message>
    <message>
        <source>The program of any ResNet tutorial, number for number.</source>
        <translation>התוכנית של כל מדריך ל־ResNet, מספר במספר.</translation>
    </message>
</context>
<context>
    <name>RateCard</name>
    <message>
        <source>Learning rate</source>
        <translation>קצב הלמידה</translation>
    </message>
    <message>
        <source>Find one</source>
        <translation>למצוא קצב</translation>
    </message>
    <message>
        <source>Loss by learning rate</source>
        <translation>שגיאה לפי קצב הלמידה</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>שגיאה (loss)</translation>
    </message>
    <message>
        <source>LEARNING RATE</source>
        <translation>קצב הלמידה</translation>
    </message>
    <message>
        <source>Automatic ({value})</source>
        <translation>אוטומטי ({value})</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>עצירה</translation>
    </message>
    <message>
        <source>Trying larger and larger rates…</source>
        <translation>מנסה קצבים גדולים יותר ויותר…</translation>
    </message>
    <message>
        <source>Good rates lie where the curve falls steeply. Click another place to take its rate.</source>
        <translation>קצבים טובים נמצאים במקום שהעקומה יורדת בו בתלילות. לחצו במקום אחר כדי לבחור את הקצב שלו.</translation>
    </message>
    <message>
        <source>How far each step goes. The preset&apos;s own rate suits most datasets.</source>
        <translation>כמה רחוק מגיע כל צעד. הקצב של השיטה עצמה מתאים לרוב המאגרים.</translation>
    </message>
</context>
<context>
    <name>ResultHeader</name>
    <message>
        <source>Back</source>
        <translation>חזרה</translation>
    </message>
    <message>
        <source>Save as web page…</source>
        <translation>שמירה כדף אינטרנט…</translation>
    </message>
    <message>
        <source>from {model}</source>
        <translation>מתוך {model}</translation>
    </message>
    <message>
        <source>{percent} right</source>
        <translation>דיוק {percent}</translation>
    </message>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}</source>
        <translation>
            <numerusform>מתמונה אחת שלא ראה; סביר ביותר שבין {low} ל־{high}</numerusform>
            <numerusform>מתוך %Ln תמונות שלא ראה; סביר ביותר שבין {low} ל־{high}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>What was taken for what</source>
        <translation>מה זוהה בתור מה</translation>
    </message>
    <message>
        <source>Class by class</source>
        <translation>מחלקה אחר מחלקה</translation>
    </message>
    <message>
        <source>Rows: what the pictures show. Columns: what the model said. Click a cell to see its mistakes.</source>
        <translation>שורות: מה שרואים בתמונות. עמודות: מה שהמודל אמר. לחצו על תא כדי לראות את הטעויות שבו.</translation>
    </message>
    <message>
        <source>Reading the result…</source>
        <translation>קורא את התוצאה…</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>דפי אינטרנט ‎(*.html)</translation>
    </message>
    <message>
        <source>Save as web page…</source>
        <translation>שמירה כדף אינטרנט…</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>נשמר.</translation>
    </message>
</context>
<context>
    <name>ResultWords</name>
    <message numerus="yes">
        <source>%Ln mistakes, worst first</source>
        <translation>
            <numerusform>טעות אחת</numerusform>
            <numerusform>%Ln טעויות, הגרועות תחילה</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures wrongly taken for “{said}”</source>
        <translation>
            <numerusform>תמונה אחת זוהתה בטעות בתור ”{said}“</numerusform>
            <numerusform>%Ln תמונות זוהו בטעות בתור ”{said}“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” answered wrong</source>
        <translation>
            <numerusform>אחת מתוך {total} של ”{truth}“ נענתה לא נכון</numerusform>
            <numerusform>%Ln מתוך {total} של ”{truth}“ נענו לא נכון</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” answered right</source>
        <translation>
            <numerusform>אחת מתוך {total} של ”{truth}“ נענתה נכון</numerusform>
            <numerusform>%Ln מתוך {total} של ”{truth}“ נענו נכון</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” taken for “{said}”</source>
        <translation>
            <numerusform>אחת מתוך {total} של ”{truth}“ זוהתה בתור ”{said}“</numerusform>
            <numerusform>%Ln מתוך {total} של ”{truth}“ זוהו בתור ”{said}“</numerusform>
        </translation>
    </message>
    <message>
        <source>said {name}</source>
        <translation>אמר {name}</translation>
    </message>
    <message>
        <source>is {name}</source>
        <translation>בפועל {name}</translation>
    </message>
    <message>
        <source>said {said} {percent} — is {truth}</source>
        <translation>אמר {said} {percent} — בפועל {truth}</translation>
    </message>
    <message>
        <source>It gave {truth} {percent}.</source>
        <translation>הוא נתן ל־{truth} {percent}.</translation>
    </message>
    <message numerus="yes">
        <source>No mistakes: all %Ln pictures were answered right.</source>
        <translation>
            <numerusform>אין טעויות: התמונה היחידה נענתה נכון.</numerusform>
            <numerusform>אין טעויות: כל %Ln התמונות נענו נכון.</numerusform>
        </translation>
    </message>
    <message>
        <source>These were answered right; only wrong pictures are kept. Choose another cell to see mistakes.</source>
        <translation>אלה נענו נכון; רק תמונות שגויות נשמרות. בחרו תא אחר כדי לראות טעויות.</translation>
    </message>
    <message>
        <source>There is no such mistake. Choose another cell.</source>
        <translation>אין טעות כזו. בחרו תא אחר.</translation>
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
    <name>RunCard</name>
    <message>
        <source>Progress of the run</source>
        <translation>התקדמות האימון</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>השהיה</translation>
    </message>
    <message>
        <source>Stop and keep the best</source>
        <translation>לעצור ולשמור את הטוב ביותר</translation>
    </message>
    <message>
        <source>Stop for now</source>
        <translation>לעצור לעת עתה</translation>
    </message>
    <message>
        <source>The run ends now, and its best model so far is kept.</source>
        <translation>האימון מסתיים עכשיו, והמודל הטוב ביותר עד כה נשמר.</translation>
    </message>
    <message>
        <source>It can be pressed once an epoch is done.</source>
        <translation>אפשר ללחוץ אחרי שמחזור אחד הסתיים.</translation>
    </message>
    <message>
        <source>The run can go on later from where it was.</source>
        <translation>אפשר להמשיך אחר כך מאותה נקודה.</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>שימוש במודל הזה</translation>
    </message>
    <message>
        <source>What it got wrong</source>
        <translation>במה הוא טעה</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>לאמן שוב</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>המשך</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>רק רגע…</translation>
    </message>
    <message>
        <source>{percent} right</source>
        <translation>דיוק {percent}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>מושהה</translation>
    </message>
    <message>
        <source>Keeping the best so far</source>
        <translation>שומר את הטוב ביותר עד כה</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>עוצר…</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>משהה…</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>לומד</translation>
    </message>
    <message>
        <source>What it has learned is being kept.</source>
        <translation>מה שנלמד נשמר.</translation>
    </message>
    <message>
        <source>It goes on from here when you press Continue.</source>
        <translation>לחיצה על המשך תמשיך מכאן.</translation>
    </message>
    <message>
        <source>The run has failed</source>
        <translation>האימון נכשל</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>נעצר</translation>
    </message>
    <message>
        <source>It can go on from where it was.</source>
        <translation>אפשר להמשיך מאותה נקודה.</translation>
    </message>
    <message>
        <source>There is nothing that it could go on from.</source>
        <translation>אין ממה להמשיך.</translation>
    </message>
    <message>
        <source>Stopped before its end.</source>
        <translation>נעצר לפני הסוף.</translation>
    </message>
    <message>
        <source>Stopped before the first epoch was done.</source>
        <translation>נעצר לפני סוף המחזור הראשון.</translation>
    </message>
    <message>
        <source>Stopped after epoch {number}.</source>
        <translation>נעצר אחרי מחזור {number}.</translation>
    </message>
    <message>
        <source>Stopped after epoch {number} of {total}.</source>
        <translation>נעצר אחרי מחזור {number} מתוך {total}.</translation>
    </message>
    <message>
        <source>Your model is ready</source>
        <translation>המודל שלכם מוכן</translation>
    </message>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}.</source>
        <translation>
            <numerusform>מתמונה אחת שלא ראה; סביר ביותר שבין {low} ל־{high}.</numerusform>
            <numerusform>מתוך %Ln תמונות שלא ראה; סביר ביותר שבין {low} ל־{high}.</numerusform>
        </translation>
    </message>
    <message>
        <source>It stands in the list of models now, and answers drops at once.</source>
        <translation>הוא כבר ברשימת המודלים ועונה מיד על תמונות שגוררים.</translation>
    </message>
</context>
<context>
    <name>RunDeeds</name>
    <message>
        <source>Delete a run</source>
        <translation>מחיקת אימון</translation>
    </message>
    <message>
        <source>Delete the run “{name}”?</source>
        <translation>למחוק את האימון ”{name}“?</translation>
    </message>
    <message>
        <source>Its curves and its report are deleted. The model that came out of it stays.</source>
        <translation>העקומות והדוח שלו יימחקו. המודל שיצא ממנו נשאר.</translation>
    </message>
    <message>
        <source>Its curves are deleted, and it cannot go on any more. No model has come out of it yet.</source>
        <translation>העקומות שלו יימחקו ולא יהיה אפשר להמשיך אותו. עדיין לא יצא ממנו מודל.</translation>
    </message>
    <message>
        <source>Delete the run</source>
        <translation>מחיקת האימון</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>להשאיר</translation>
    </message>
    <message>
        <source>Rename a run</source>
        <translation>שינוי שם של אימון</translation>
    </message>
    <message>
        <source>Name of the run. The model keeps its own.</source>
        <translation>שם האימון. המודל שומר על שמו.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>שינוי שם</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ביטול</translation>
    </message>
</context>
<context>
    <name>RunDetails</name>
    <message>
        <source>Continue</source>
        <translation>המשך</translation>
    </message>
    <message>
        <source>What it got wrong</source>
        <translation>במה הוא טעה</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>פתיחת התיקייה שלו</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>שינוי שם…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>מחיקה…</translation>
    </message>
    <message>
        <source>SETTINGS</source>
        <translation>הגדרות</translation>
    </message>
    <message>
        <source>Another run is going on.</source>
        <translation>אימון אחר מתבצע עכשיו.</translation>
    </message>
    <message>
        <source>Stop the run first.</source>
        <translation>עצרו קודם את האימון.</translation>
    </message>
</context>
<context>
    <name>RunFacts</name>
    <message>
        <source>Best so far</source>
        <translation>הטוב ביותר עד כה</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>מחזור</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>צעד</translation>
    </message>
    <message>
        <source>Pictures a second</source>
        <translation>תמונות בשנייה</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>זמן שנותר</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>התקן</translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>זיכרון בשימוש</translation>
    </message>
    <message>
        <source>{percent}, in epoch {number}</source>
        <translation>{percent}, במחזור {number}</translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} מתוך {total}</translation>
    </message>
    <message numerus="yes">
        <source>%n seconds</source>
        <translation>
            <numerusform>שנייה אחת</numerusform>
            <numerusform>%n שניות</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>דקה אחת</numerusform>
            <numerusform>%n דקות</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} hours</source>
        <translation>{number} שעות</translation>
    </message>
    <message numerus="yes">
        <source>Processor, %n cores</source>
        <translation>
            <numerusform>מעבד, ליבה אחת</numerusform>
            <numerusform>מעבד, %n ליבות</numerusform>
        </translation>
    </message>
    <message>
        <source>{memory}, graphics {graphics}</source>
        <translation>{memory}, כרטיס גרפי {graphics}</translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message>
        <source>Runs</source>
        <translation>אימונים</translation>
    </message>
</context>
<context>
    <name>RunOffer</name>
    <message>
        <source>Continue</source>
        <translation>המשך</translation>
    </message>
</context>
<context>
    <name>RunPlots</name>
    <message>
        <source>Loss</source>
        <translation>שגיאה (loss)</translation>
    </message>
    <message>
        <source>Right, in percent</source>
        <translation>דיוק, באחוזים</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>קצב הלמידה</translation>
    </message>
    <message>
        <source>learning</source>
        <translation>למידה</translation>
    </message>
    <message>
        <source>checking</source>
        <translation>בדיקה</translation>
    </message>
    <message>
        <source>By epoch</source>
        <translation>לפי מחזור</translation>
    </message>
    <message>
        <source>One point an epoch instead of one a step</source>
        <translation>נקודה אחת לכל מחזור במקום אחת לכל צעד</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>סולם לוגריתמי</translation>
    </message>
    <message>
        <source>best so far</source>
        <translation>הטוב ביותר עד כה</translation>
    </message>
    <message>
        <source>try, from strong to weak regularisation</source>
        <translation>ניסיון, מרגולריזציה חזקה לחלשה</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>מחזור</translation>
    </message>
    <message>
        <source>step</source>
        <translation>צעד</translation>
    </message>
    <message>
        <source>step {number}</source>
        <translation>צעד {number}</translation>
    </message>
    <message>
        <source>epoch {number}</source>
        <translation>מחזור {number}</translation>
    </message>
    <message>
        <source>try {number}</source>
        <translation>ניסיון {number}</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>learning</source>
        <translation>למידה</translation>
    </message>
    <message>
        <source>done</source>
        <translation>הסתיים</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>נכשל</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>נעצר</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>נקטע</translation>
    </message>
    <message>
        <source>{percent} right</source>
        <translation>דיוק {percent}</translation>
    </message>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}.</source>
        <translation>
            <numerusform>מתמונה אחת שלא ראה; סביר ביותר שבין {low} ל־{high}.</numerusform>
            <numerusform>מתוך %Ln תמונות שלא ראה; סביר ביותר שבין {low} ל־{high}.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is learning now.</source>
        <translation>הוא לומד עכשיו.</translation>
    </message>
    <message>
        <source>It failed.</source>
        <translation>הוא נכשל.</translation>
    </message>
    <message>
        <source>It was stopped before its end.</source>
        <translation>הוא נעצר לפני סופו.</translation>
    </message>
    <message>
        <source>It was interrupted: the program or the computer stopped.</source>
        <translation>הוא נקטע: התוכנה או המחשב נעצרו.</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>שם המודל</translation>
    </message>
    <message>
        <source>Starts from</source>
        <translation>מתחיל מ־</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>שיטה</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>מחלקות</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>תמונות</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>מחזורים</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>תמונות בצעד</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>קצב הלמידה</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>זרע אקראי</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>התקן</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>התחיל</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>תיקייה</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>אוטומטי</translation>
    </message>
</context>
<context>
    <name>RunsList</name>
    <message>
        <source>STOPPED BEFORE THE END</source>
        <translation>נעצרו לפני הסוף</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>המשך</translation>
    </message>
</context>
<context>
    <name>RunsPage</name>
    <message>
        <source>Hold Ctrl or Shift to choose several runs and compare them.</source>
        <translation>החזיקו Ctrl או Shift כדי לבחור כמה אימונים ולהשוות ביניהם.</translation>
    </message>
    <message>
        <source>RUNS</source>
        <translation>אימונים</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>אין עדיין אימונים</translation>
    </message>
    <message>
        <source>Every training is kept here with its curves and its result. The first one starts on the Train page.</source>
        <translation>כל אימון נשמר כאן עם העקומות והתוצאה שלו. הראשון מתחיל בעמוד האימון.</translation>
    </message>
    <message>
        <source>Train a model</source>
        <translation>אימון מודל</translation>
    </message>
    <message>
        <source>Choose a run on the side.</source>
        <translation>בחרו אימון בצד.</translation>
    </message>
    <message>
        <source>The curves grow here as soon as there are numbers.</source>
        <translation>העקומות יופיעו כאן ברגע שיהיו מספרים.</translation>
    </message>
    <message>
        <source>It ended before there was anything to draw.</source>
        <translation>הוא הסתיים לפני שהיה מה לשרטט.</translation>
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
        <source>{title} is no longer on this computer. Choose another model.</source>
        <translation>{title} כבר אינו במחשב הזה. בחרו מודל אחר.</translation>
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
        <source>{file} changed while it was copied. Try again.</source>
        <translation>{file} השתנה בזמן ההעתקה. נסו שוב.</translation>
    </message>
    <message>
        <source>{file} could not be copied into {folder}: {reason}.</source>
        <translation>אי אפשר להעתיק את {file} אל {folder}: {reason}.</translation>
    </message>
    <message>
        <source>{title} does not answer the same after preparing it (difference {difference}). It was not kept.</source>
        <translation>{title} אינו עונה אותו דבר אחרי ההכנה (הפרש {difference}). הוא לא נשמר.</translation>
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
    <message>
        <source>{file} is no list of class names: one name a line, or a JSON list.</source>
        <translation>{file} אינו רשימה של שמות מחלקות: שם בכל שורה, או רשימת JSON.</translation>
    </message>
    <message>
        <source>{file} has {found} names, but the network has {expected} classes.</source>
        <translation>ב־{file} יש {found} שמות, אבל לרשת יש {expected} מחלקות.</translation>
    </message>
    <message>
        <source>Give {expected} different names, one a line. There are {found} now.</source>
        <translation>כתבו {expected} שמות שונים, אחד בשורה. עכשיו יש {found}.</translation>
    </message>
    <message>
        <source>The address {host} was not found. Check the network connection, then try again.</source>
        <translation>הכתובת {host} לא נמצאה. בדקו את החיבור לרשת ונסו שוב.</translation>
    </message>
    <message>
        <source>Something between this computer and {host}, often a company’s network, answers in the server’s place with a certificate that is not trusted here. Ask the IT department for its certificate, or fetch the file on another computer.</source>
        <translation>משהו בין המחשב הזה לבין {host}, לעתים קרובות רשת של חברה, עונה במקום השרת עם אישור שאין בו אמון כאן. בקשו ממחלקת המחשוב את האישור שלה, או הורידו את הקובץ במחשב אחר.</translation>
    </message>
    <message>
        <source>No secure connection to {host} could be made. Ask the IT department whether something blocks it, or try another network.</source>
        <translation>אי אפשר ליצור חיבור מאובטח אל {host}. שאלו את מחלקת המחשוב אם משהו חוסם אותו, או נסו רשת אחרת.</translation>
    </message>
    <message>
        <source>{host} refuses to hand out the file (403). Ask the IT department whether it is blocked, or try another network.</source>
        <translation>{host} מסרב למסור את הקובץ (403). שאלו את מחלקת המחשוב אם הוא חסום, או נסו רשת אחרת.</translation>
    </message>
    <message>
        <source>{host} cannot be reached. Check the network connection, and the proxy if one is set, then try again.</source>
        <translation>אין גישה אל {host}. בדקו את החיבור לרשת, ואת השרת המתווך אם הוגדר, ונסו שוב.</translation>
    </message>
    <message>
        <source>The proxy between this computer and {host} asks for a password. Give the proxy as http://name:password@host:port, or ask the IT department.</source>
        <translation>השרת המתווך בין המחשב הזה לבין {host} מבקש סיסמה. כתבו אותו כך: http://name:password@host:port, או פנו למחלקת המחשוב.</translation>
    </message>
    <message>
        <source>“{proxy}” is not a proxy that can be used. Give it as http://host:port.</source>
        <translation>”{proxy}“ אינו שרת מתווך שאפשר להשתמש בו. כתבו אותו כך: http://host:port.</translation>
    </message>
    <message>
        <source>There is no file at {address} (404). Check the mirror, if one is set, then try again.</source>
        <translation>אין קובץ בכתובת {address} (404). בדקו את אתר המראה, אם הוגדר, ונסו שוב.</translation>
    </message>
    <message>
        <source>{host} does not answer as it should (code {status}). Try again later, or use a mirror.</source>
        <translation>{host} אינו עונה כראוי (קוד {status}). נסו שוב מאוחר יותר, או השתמשו באתר מראה.</translation>
    </message>
    <message>
        <source>Instead of the file, the network answers with a web page, most likely to sign in. Open any page in a web browser, sign in, then try again.</source>
        <translation>במקום הקובץ הרשת עונה בדף אינטרנט, כנראה דף כניסה. פתחו דף כלשהו בדפדפן, היכנסו ונסו שוב.</translation>
    </message>
    <message>
        <source>{host} has sent nothing for {seconds} seconds. What has arrived is kept; try again to go on from there.</source>
        <translation>{host} לא שלח דבר במשך {seconds} שניות. מה שהגיע נשמר; נסו שוב כדי להמשיך משם.</translation>
    </message>
    <message>
        <source>The connection to {host} breaks off again and again. What has arrived is kept; try again to go on from there.</source>
        <translation>החיבור אל {host} נקטע שוב ושוב. מה שהגיע נשמר; נסו שוב כדי להמשיך משם.</translation>
    </message>
    <message>
        <source>{file} from {host} is not the official file or was damaged on the way. It was removed; download it again.</source>
        <translation>{file} שהגיע מ־{host} אינו הקובץ הרשמי או נפגם בדרך. הוא הוסר; הורידו אותו שוב.</translation>
    </message>
    <message>
        <source>The file that {host} offers as {file} has another length than the official one. It was not kept; check the mirror, then try again.</source>
        <translation>הקובץ ש־{host} מציע בשם {file} שונה באורכו מהקובץ הרשמי. הוא לא נשמר; בדקו את אתר המראה ונסו שוב.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to. Give this program the permission, or close programs that use its files, then try again.</source>
        <translation>אי אפשר לכתוב בתיקייה {folder}. תנו לתוכנה הרשאה, או סגרו תוכנות שמשתמשות בקבצים שבה, ונסו שוב.</translation>
    </message>
    <message>
        <source>“{address}” is not an address that begins with http:// or https://. Correct the mirror.</source>
        <translation>”{address}“ אינה כתובת שמתחילה ב־⁦http://⁩ או ב־⁦https://⁩. תקנו את אתר המראה.</translation>
    </message>
    <message>
        <source>The disk with {folder} is too full: {megabytes} MB are needed. Free some space, then try again.</source>
        <translation>הדיסק של {folder} מלא מדי: דרושים {megabytes} MB. פנו מקום ונסו שוב.</translation>
    </message>
    <message>
        <source>{host} passes on to {address}, which is not encrypted. Use another mirror or another network.</source>
        <translation>{host} מפנה אל {address}, שאינה מוצפנת. השתמשו באתר מראה אחר או ברשת אחרת.</translation>
    </message>
    <message>
        <source>{file} is being downloaded already. Wait until that is done.</source>
        <translation>{file} כבר בהורדה. חכו עד שתסתיים.</translation>
    </message>
    <message>
        <source>The model could not be stored in {folder}: {reason}.</source>
        <translation>אי אפשר לשמור את המודל בתיקייה {folder}: {reason}.</translation>
    </message>
    <message>
        <source>The built-in model comes with the program and cannot be removed.</source>
        <translation>המודל המובנה בא עם התוכנה ואי אפשר להסיר אותו.</translation>
    </message>
    <message>
        <source>There is nothing of {title} on this computer.</source>
        <translation>אין דבר מ־{title} במחשב הזה.</translation>
    </message>
    <message>
        <source>{file} is not in the program&apos;s own folder. Remove it yourself if no other program needs it.</source>
        <translation>{file} אינו בתיקייה של התוכנה. הסירו אותו בעצמכם אם שום תוכנה אחרת אינה צריכה אותו.</translation>
    </message>
    <message>
        <source>{file} could not be moved to the trash. Delete it in your file manager.</source>
        <translation>אי אפשר להעביר את {file} לאשפה. מחקו אותו במנהל הקבצים.</translation>
    </message>
    <message>
        <source>{file} takes too long to read. It is not used.</source>
        <translation>קריאת {file} נמשכת זמן רב מדי. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>{file} ended the engine that looked into it. It is not used.</source>
        <translation>{file} הפיל את המנוע שבדק אותו. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be read. Choose a file with weights.</source>
        <translation>{file} אינו קובץ שאפשר לקרוא. בחרו קובץ עם משקלים.</translation>
    </message>
    <message>
        <source>{file} is too small to hold the weights of a network.</source>
        <translation>{file} קטן מכדי להכיל משקלים של רשת.</translation>
    </message>
    <message>
        <source>{file} is larger than 1 GB, which no ResNet is.</source>
        <translation>{file} גדול מ־1 GB, ושום ResNet אינו גדול כל כך.</translation>
    </message>
    <message>
        <source>{file} holds no readable weights. Choose a .resnetmodel, .safetensors, .pth, .pt or .bin file.</source>
        <translation>ב־{file} אין משקלים קריאים. בחרו קובץ ⁦.resnetmodel⁩, ⁦.safetensors⁩, ⁦.pth⁩, ⁦.pt⁩ או ⁦.bin⁩.</translation>
    </message>
    <message>
        <source>{file} is cut off or damaged. Fetch or copy it again.</source>
        <translation>{file} קטוע או פגום. הורידו או העתיקו אותו שוב.</translation>
    </message>
    <message>
        <source>{file} holds a program (TorchScript), not weights. Ask whoever made it for the state dict.</source>
        <translation>{file} מכיל תוכנית (TorchScript) ולא משקלים. בקשו ממי שיצר אותו את ה־state dict.</translation>
    </message>
    <message>
        <source>{file} is a packed archive, not weights. Unpack it and choose what is inside.</source>
        <translation>{file} הוא ארכיון דחוס ולא משקלים. חלצו אותו ובחרו את מה שבתוכו.</translation>
    </message>
    <message>
        <source>{file} lists more parts than any ResNet has.</source>
        <translation>{file} מונה יותר חלקים ממה שיש בכל ResNet.</translation>
    </message>
    <message>
        <source>{file} has parts with names that no weights file has. It is not used.</source>
        <translation>ב־{file} יש חלקים בשמות שאין בשום קובץ משקלים. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>{file} is built in a way that no weights file is. It is not used.</source>
        <translation>{file} בנוי באופן ששום קובץ משקלים אינו בנוי. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>{file} holds more than numbers and could run a program. It is not used; ask for a safetensors file.</source>
        <translation>{file} מכיל יותר ממספרים ויכול להפעיל תוכנית. לא נעשה בו שימוש; בקשו קובץ safetensors.</translation>
    </message>
    <message>
        <source>{file} asks for more memory than any ResNet needs. It is not used.</source>
        <translation>{file} דורש יותר זיכרון מכל ResNet. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>{file} holds something else than the named weights of a network. Ask for the state dict.</source>
        <translation>{file} מכיל משהו אחר ולא את המשקלים של רשת לפי שמם. בקשו את ה־state dict.</translation>
    </message>
    <message>
        <source>{file} holds the weights of another network than ResNet-18 to ResNet-152.</source>
        <translation>{file} מכיל משקלים של רשת שאינה ResNet-18 עד ResNet-152.</translation>
    </message>
    <message>
        <source>{file} is almost a {network}: {count} of its weights are missing or too many, such as {name}.</source>
        <translation>{file} הוא כמעט {network}: {count} מהמשקלים שלו חסרים או מיותרים, למשל {name}.</translation>
    </message>
    <message>
        <source>{file} is almost a {network}: its {name} has the shape {found} instead of {expected}.</source>
        <translation>{file} הוא כמעט {network}: הצורה של {name} היא {found} במקום {expected}.</translation>
    </message>
    <message>
        <source>{file} has {count} classes; this program takes from 2 to 100,000.</source>
        <translation>ב־{file} יש {count} מחלקות; התוכנה מקבלת מ־2 עד 100,000.</translation>
    </message>
    <message>
        <source>The weights {name} in {file} are stored in a way that is not used.</source>
        <translation>המשקלים {name} ב־{file} שמורים באופן שאינו בשימוש.</translation>
    </message>
    <message>
        <source>The weights {name} in {file} are of the type {type}, not real numbers.</source>
        <translation>המשקלים {name} ב־{file} הם מסוג {type} ולא מספרים ממשיים.</translation>
    </message>
    <message>
        <source>The weights {name} in {file} claim more numbers than the file holds.</source>
        <translation>המשקלים {name} ב־{file} טוענים ליותר מספרים משיש בקובץ.</translation>
    </message>
    <message>
        <source>The weights {name} in {file} are broken: some are not finite numbers.</source>
        <translation>המשקלים {name} ב־{file} פגומים: חלקם אינם מספרים סופיים.</translation>
    </message>
    <message>
        <source>The weights {name} in {file} are broken: a variance is below zero.</source>
        <translation>המשקלים {name} ב־{file} פגומים: יש שונות קטנה מאפס.</translation>
    </message>
    <message>
        <source>{title} has no classes of these names: {names}.</source>
        <translation>ב־{title} אין מחלקות בשמות האלה: {names}.</translation>
    </message>
    <message>
        <source>{title} has no classes of these names: {names}, and {more} more.</source>
        <translation>ב־{title} אין מחלקות בשמות האלה: {names}, ועוד {more}.</translation>
    </message>
    <message>
        <source>None of the pictures in {folder} could be read.</source>
        <translation>אי אפשר לקרוא אף תמונה בתיקייה {folder}.</translation>
    </message>
    <message>
        <source>{path} is a picture. Choose another name for the report.</source>
        <translation>{path} היא תמונה. בחרו שם אחר לדוח.</translation>
    </message>
    <message>
        <source>The report {path} cannot be written: {reason}.</source>
        <translation>אי אפשר לכתוב את הדוח {path}: {reason}.</translation>
    </message>
    <message>
        <source>There are no pictures in {folder}.</source>
        <translation>אין תמונות בתיקייה {folder}.</translation>
    </message>
    <message>
        <source>The pictures in {folder} are not sorted: make a folder for each class and put its pictures in there.</source>
        <translation>התמונות ב־{folder} אינן ממוינות: צרו תיקייה לכל מחלקה ושימו בה את התמונות שלה.</translation>
    </message>
    <message>
        <source>There is only one class in {folder}: {name}. At least two are needed, each a folder with pictures.</source>
        <translation>יש ב־{folder} רק מחלקה אחת: {name}. דרושות לפחות שתיים, כל אחת תיקייה עם תמונות.</translation>
    </message>
    <message>
        <source>The class {names} has fewer than two readable pictures to learn from.</source>
        <translation>במחלקה {names} יש פחות משתי תמונות קריאות ללמוד מהן.</translation>
    </message>
    <message>
        <source>These classes have fewer than two readable pictures to learn from: {names}.</source>
        <translation>במחלקות האלה יש פחות משתי תמונות קריאות ללמוד מהן: {names}.</translation>
    </message>
    <message>
        <source>There is no folder {folder}.</source>
        <translation>אין תיקייה {folder}.</translation>
    </message>
    <message>
        <source>{folder} is not a folder.</source>
        <translation>{folder} אינה תיקייה.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be opened: {reason}.</source>
        <translation>אי אפשר לפתוח את התיקייה {folder}: {reason}.</translation>
    </message>
    <message>
        <source>There is no folder train beside {names} in {folder}.</source>
        <translation>אין תיקייה train לצד {names} בתוך {folder}.</translation>
    </message>
    <message>
        <source>One picture cannot be read and was left out.</source>
        <translation>תמונה אחת אינה קריאה והושמטה.</translation>
    </message>
    <message>
        <source>{count} pictures cannot be read and were left out.</source>
        <translation>{count} תמונות אינן קריאות והושמטו.</translation>
    </message>
    <message>
        <source>One file in the class folders is not a picture and was left out.</source>
        <translation>קובץ אחד בתיקיות המחלקות אינו תמונה והושמט.</translation>
    </message>
    <message>
        <source>{count} files in the class folders are not pictures and were left out.</source>
        <translation>{count} קבצים בתיקיות המחלקות אינם תמונות והושמטו.</translation>
    </message>
    <message>
        <source>One picture is not in a class folder and was left out.</source>
        <translation>תמונה אחת אינה בתיקייה של מחלקה והושמטה.</translation>
    </message>
    <message>
        <source>{count} pictures are not in a class folder and were left out.</source>
        <translation>{count} תמונות אינן בתיקייה של מחלקה והושמטו.</translation>
    </message>
    <message>
        <source>The folder {names} cannot be opened and was left out.</source>
        <translation>אי אפשר לפתוח את התיקייה {names} והיא הושמטה.</translation>
    </message>
    <message>
        <source>These folders cannot be opened and were left out: {names}.</source>
        <translation>אי אפשר לפתוח את התיקיות האלה והן הושמטו: {names}.</translation>
    </message>
    <message>
        <source>The folder {names} has no pictures and was left out.</source>
        <translation>בתיקייה {names} אין תמונות והיא הושמטה.</translation>
    </message>
    <message>
        <source>These folders have no pictures and were left out: {names}.</source>
        <translation>בתיקיות האלה אין תמונות והן הושמטו: {names}.</translation>
    </message>
    <message>
        <source>{count} pictures are also in another class. Keep each in the class that is right.</source>
        <translation>{count} תמונות נמצאות גם במחלקה אחרת. השאירו כל אחת במחלקה הנכונה.</translation>
    </message>
    <message>
        <source>One picture to check with is also among those to learn from, which makes the accuracy look better than it is.</source>
        <translation>תמונה אחת לבדיקה נמצאת גם בין תמונות הלמידה, ולכן הדיוק ייראה טוב מכפי שהוא.</translation>
    </message>
    <message>
        <source>{count} pictures to check with are also among those to learn from, which makes the accuracy look better than it is.</source>
        <translation>{count} תמונות לבדיקה נמצאות גם בין תמונות הלמידה, ולכן הדיוק ייראה טוב מכפי שהוא.</translation>
    </message>
    <message>
        <source>The class {large} has {most} pictures and {small} only {least}: more of {small} would help.</source>
        <translation>במחלקה {large} יש {most} תמונות וב־{small} רק {least}: עוד תמונות של {small} יעזרו.</translation>
    </message>
    <message>
        <source>The class {names} has fewer than {least} pictures: more would help.</source>
        <translation>במחלקה {names} יש פחות מ־{least} תמונות: עוד תמונות יעזרו.</translation>
    </message>
    <message>
        <source>These classes have fewer than {least} pictures: {names}. More would help.</source>
        <translation>במחלקות האלה יש פחות מ־{least} תמונות: {names}. עוד תמונות יעזרו.</translation>
    </message>
    <message>
        <source>There is no run named “{run}”.</source>
        <translation>אין אימון בשם ”{run}“.</translation>
    </message>
    <message>
        <source>The run could not be stored in {folder}: {reason}. Free some space.</source>
        <translation>אי אפשר לשמור את האימון בתיקייה {folder}: {reason}. פנו מקום.</translation>
    </message>
    <message>
        <source>The run “{run}” is going on. Stop it first.</source>
        <translation>האימון ”{run}“ מתבצע עכשיו. עצרו אותו קודם.</translation>
    </message>
    <message>
        <source>The run could not be deleted. It is in {folder}.</source>
        <translation>אי אפשר למחוק את האימון. הוא נמצא בתיקייה {folder}.</translation>
    </message>
    <message>
        <source>The training came apart (the loss is no number any more). Start again with a smaller learning rate.</source>
        <translation>האימון התפרק (השגיאה כבר אינה מספר). התחילו שוב בקצב למידה קטן יותר.</translation>
    </message>
    <message>
        <source>The loss was no number any more: back to the last good epoch, with a tenth of the learning rate.</source>
        <translation>השגיאה כבר לא הייתה מספר: חזרה למחזור התקין האחרון, בעשירית מקצב הלמידה.</translation>
    </message>
    <message>
        <source>The loss was no number any more, with a smaller learning rate too: the best that there was is kept.</source>
        <translation>השגיאה כבר לא הייתה מספר, גם בקצב למידה קטן יותר: הטוב ביותר שהושג נשמר.</translation>
    </message>
    <message>
        <source>{count} pictures could not be read any more and are left out.</source>
        <translation>{count} תמונות כבר אינן קריאות והושמטו.</translation>
    </message>
    <message>
        <source>More than 5 % of the pictures cannot be read any more. Is the folder still there? The run can go on.</source>
        <translation>יותר מ־5% מהתמונות כבר אינן קריאות. האם התיקייה עדיין שם? אפשר להמשיך את האימון.</translation>
    </message>
    <message>
        <source>{count} pictures could not be read and were left out.</source>
        <translation>{count} תמונות לא היו קריאות והושמטו.</translation>
    </message>
    <message>
        <source>The folder has other classes now than when this run began ({before}; now {now}). Start a new run.</source>
        <translation>בתיקייה יש עכשיו מחלקות אחרות מאלה שהיו בתחילת האימון ({before}; עכשיו {now}). התחילו אימון חדש.</translation>
    </message>
    <message>
        <source>The pictures in the folder are others now than when this run began. Start a new run.</source>
        <translation>התמונות בתיקייה אינן אלה שהיו בה כשהאימון הזה התחיל. יש להתחיל אימון חדש.</translation>
    </message>
    <message>
        <source>Too many pictures are identical: none would be left to learn from, or none to check on. Add different ones.</source>
        <translation>יותר מדי תמונות זהות: לא יישארו תמונות ללמוד מהן, או לא יישארו תמונות לבדוק עליהן. יש להוסיף תמונות שונות.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, or had too little memory. The run goes on from where it was kept.</source>
        <translation>המנוע הופסק מבחוץ, או שלא היה לו די זיכרון. האימון ממשיך מהמקום שבו נשמר.</translation>
    </message>
    <message>
        <source>{title} is not one of your models. Only those can be exported.</source>
        <translation>{title} אינו מודל שלכם. אפשר לייצא רק מודלים שלכם.</translation>
    </message>
    <message>
        <source>{file} could not be written: {reason}. Choose another folder, or free some space.</source>
        <translation>אי אפשר לכתוב את {file}: {reason}. בחרו תיקייה אחרת או פנו מקום.</translation>
    </message>
    <message>
        <source>{folder} is where the program keeps its models. Choose another folder.</source>
        <translation>בתיקייה {folder} התוכנה שומרת את המודלים שלה. בחרו תיקייה אחרת.</translation>
    </message>
    <message>
        <source>The class names of {title} are too long for one file. Copy its folder instead: {folder}.</source>
        <translation>שמות המחלקות של {title} ארוכים מדי לקובץ אחד. העתיקו במקום זאת את התיקייה שלו: {folder}.</translation>
    </message>
    <message>
        <source>What {file} says of its model is damaged, wrong or newer than this program. It is not used.</source>
        <translation>מה ש־{file} אומר על המודל שבו פגום, שגוי או חדש מהתוכנה הזו. לא נעשה בו שימוש.</translation>
    </message>
    <message>
        <source>This run has no result: it has not come to its end.</source>
        <translation>לאימון הזה אין תוצאה: הוא לא הגיע לסופו.</translation>
    </message>
    <message>
        <source>The result of this run cannot be read: {reason}.</source>
        <translation>אי אפשר לקרוא את התוצאה של האימון הזה: {reason}.</translation>
    </message>
    <message>
        <source>The result of this run is damaged. Its model is not: it answers as before.</source>
        <translation>התוצאה של האימון הזה פגומה. המודל שלו אינו פגום: הוא עונה כמו קודם.</translation>
    </message>
    <message>
        <source>The disk is full. The run rests; free {megabytes} MB on the disk of {folder} and it goes on.</source>
        <translation>הדיסק מלא. האימון ממתין; פנו {megabytes} MB בדיסק של {folder} והוא ימשיך.</translation>
    </message>
    <message>
        <source>The state of the run cannot be kept in {folder}: {reason}. What was kept before is still there.</source>
        <translation>אי אפשר לשמור את מצב האימון בתיקייה {folder}: {reason}. מה שנשמר קודם עדיין שם.</translation>
    </message>
    <message>
        <source>There is not enough memory for a single picture of this training. Close other programs, then continue the run, or start one from a smaller model.</source>
        <translation>אין די זיכרון אפילו לתמונה אחת של האימון הזה. סגרו תוכנות אחרות והמשיכו את האימון, או התחילו אימון ממודל קטן יותר.</translation>
    </message>
    <message>
        <source>The loss fell at none of the learning rates, so none can be suggested. Leave it automatic.</source>
        <translation>השגיאה לא ירדה באף קצב למידה, ולכן אין מה להציע. השאירו אוטומטי.</translation>
    </message>
    <message>
        <source>The page could not be written to {path}: {reason}.</source>
        <translation>אי אפשר לכתוב את הדף אל {path}: {reason}.</translation>
    </message>
    <message>
        <source>The guide is missing from this installation. Install ResNet Desktop again to have it.</source>
        <translation>המדריך חסר בהתקנה הזו. התקינו את ResNet Desktop מחדש כדי שיהיה כאן.</translation>
    </message>
    <message>
        <source>This version was published without an address of newer ones. Look where you got it from.</source>
        <translation>הגרסה הזו פורסמה בלי כתובת של גרסאות חדשות. חפשו במקום שממנו קיבלתם אותה.</translation>
    </message>
    <message>
        <source>{host} could not be asked for newer versions. Check the network connection, and the proxy if one is set, then look again.</source>
        <translation>אי אפשר לשאול את {host} על גרסאות חדשות. בדקו את החיבור לרשת, ואת השרת המתווך אם הוגדר, וחפשו שוב.</translation>
    </message>
    <message>
        <source>{host} answers with something that names no version. Look again later.</source>
        <translation>{host} עונה במשהו שאינו שם של גרסה. חפשו שוב מאוחר יותר.</translation>
    </message>
    <message>
        <source>This is the Classify edition: it answers with the built-in model and with .resnetmodel or .safetensors files. Training and official weights need the full edition of ResNet Desktop; your pictures and models stay.</source>
        <translation>זוהי מהדורת הסיווג: היא עונה בעזרת המודל המובנה ובעזרת קובצי ⁦.resnetmodel⁩ או ⁦.safetensors⁩. לאימון ולמשקלים הרשמיים דרושה המהדורה המלאה של ResNet Desktop; התמונות והמודלים שלכם יישארו.</translation>
    </message>
    <message>
        <source>{file} can be read by the full edition of ResNet Desktop only. Ask for a .safetensors or .resnetmodel file.</source>
        <translation>רק המהדורה המלאה של ResNet Desktop יכולה לקרוא את {file}. בקשו קובץ ⁦.safetensors⁩ או ⁦.resnetmodel⁩.</translation>
    </message>
    <message>
        <source>{count} of the pictures cannot be read any more. The run rests; bring the folder back as it was and it goes on.</source>
        <translation>{count} מהתמונות כבר אינן ניתנות לקריאה. האימון ממתין; החזירו את התיקייה כפי שהייתה והוא יימשך.</translation>
    </message>
</context>
<context>
    <name>SettingsCard</name>
    <message>
        <source>Rare classes count like frequent ones</source>
        <translation>מחלקות נדירות נחשבות כמו שכיחות</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>מחזורים</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>תמונות בצעד</translation>
    </message>
    <message>
        <source>Picture size</source>
        <translation>גודל התמונה</translation>
    </message>
    <message>
        <source>Learns on</source>
        <translation>לומד על</translation>
    </message>
    <message>
        <source>Kept back to check</source>
        <translation>נשמר לבדיקה</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>זרע אקראי</translation>
    </message>
    <message>
        <source>SETTINGS</source>
        <translation>הגדרות</translation>
    </message>
    <message>
        <source>The folder brings its own pictures to check on.</source>
        <translation>בתיקייה יש תמונות בדיקה משלה.</translation>
    </message>
    <message>
        <source>Quick has no more to choose: it looks at every picture once and fits the last layer.</source>
        <translation>בשיטה המהירה אין עוד מה לבחור: היא מסתכלת פעם אחת על כל תמונה ומתאימה את השכבה האחרונה.</translation>
    </message>
    <message>
        <source>Automatic ({value})</source>
        <translation>אוטומטי ({value})</translation>
    </message>
    <message>
        <source>Your classes have {least} to {most} pictures.</source>
        <translation>במחלקות שלכם יש בין {least} ל־{most} תמונות.</translation>
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
    <message>
        <source>Writing the file</source>
        <translation>כותב את הקובץ</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>מוריד</translation>
    </message>
    <message>
        <source>Checking the file</source>
        <translation>בודק את הקובץ</translation>
    </message>
    <message>
        <source>Checking the pictures</source>
        <translation>בודק את התמונות</translation>
    </message>
    <message>
        <source>Reading the folder</source>
        <translation>קורא את התיקייה</translation>
    </message>
    <message>
        <source>Looking at every picture once</source>
        <translation>מסתכל על כל תמונה פעם אחת</translation>
    </message>
    <message>
        <source>Fitting the last layer</source>
        <translation>מתאים את השכבה האחרונה</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>מאמן</translation>
    </message>
    <message>
        <source>Checking on pictures it has not seen</source>
        <translation>בודק על תמונות שלא ראה</translation>
    </message>
    <message>
        <source>Keeping the model</source>
        <translation>שומר את המודל</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Version {version} is out</source>
        <translation>יצאה גרסה {version}</translation>
    </message>
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
<context>
    <name>TrainPage</name>
    <message>
        <source>Drop a folder whose subfolders are the classes</source>
        <translation>גררו תיקייה שתיקיות המשנה שלה הן המחלקות</translation>
    </message>
    <message>
        <source>For example a folder “fruit” with the folders “apples”, “pears” and “plums” full of pictures.</source>
        <translation>למשל תיקייה ”פירות“ ובה התיקיות ”תפוחים“, ”אגסים“ ו”שזיפים“ מלאות תמונות.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>בחירת תיקייה…</translation>
    </message>
    <message>
        <source>A folder whose subfolders are the classes</source>
        <translation>תיקייה שתיקיות המשנה שלה הן המחלקות</translation>
    </message>
</context>
<context>
    <name>UpdateCard</name>
    <message>
        <source>Look for updates when the program starts</source>
        <translation>לחפש גרסה חדשה בכל הפעלה</translation>
    </message>
    <message>
        <source>Look now</source>
        <translation>לחפש עכשיו</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>פתיחת הדף שלה</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>מחפש…</translation>
    </message>
    <message>
        <source>Version {version} is out</source>
        <translation>יצאה גרסה {version}</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>זו הגרסה החדשה ביותר.</translation>
    </message>
    <message>
        <source>One question is asked, and nothing about you or your pictures is sent.</source>
        <translation>נשאלת שאלה אחת, ושום דבר עליכם או על התמונות שלכם אינו נשלח.</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message>
        <source>One moment…</source>
        <translation>רק רגע…</translation>
    </message>
    <message>
        <source>The curves grow here as soon as there are numbers.</source>
        <translation>העקומות יופיעו כאן ברגע שיהיו מספרים.</translation>
    </message>
    <message>
        <source>It ended before there was anything to draw.</source>
        <translation>הוא הסתיים לפני שהיה מה לשרטט.</translation>
    </message>
</context>
</TS>
