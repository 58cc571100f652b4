<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CompareCard</name>
    <message numerus="yes">
        <source>%Ln runs compared</source>
        <translation>
            <numerusform>%Ln run compared</numerusform>
            <numerusform>%Ln runs compared</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more are chosen than can be told apart on one plot.</source>
        <translation>
            <numerusform>%Ln more is chosen than can be told apart on one plot.</numerusform>
            <numerusform>%Ln more are chosen than can be told apart on one plot.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DatasetCard</name>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures to learn from</source>
        <translation>
            <numerusform>%Ln picture to learn from</numerusform>
            <numerusform>%Ln pictures to learn from</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to check on</source>
        <translation>
            <numerusform>%Ln to check on</numerusform>
            <numerusform>%Ln to check on</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message numerus="yes">
        <source>%n classes</source>
        <translation>
            <numerusform>%n class</numerusform>
            <numerusform>%n classes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelWords</name>
    <message numerus="yes">
        <source>%Ln classes</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n seconds left</source>
        <translation>
            <numerusform>%n second left</numerusform>
            <numerusform>%n seconds left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes left</source>
        <translation>
            <numerusform>%n minute left</numerusform>
            <numerusform>%n minutes left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NamesDialog</name>
    <message numerus="yes">
        <source>This is a {network} with %Ln classes.</source>
        <translation>
            <numerusform>This is a {network} with %Ln class.</numerusform>
            <numerusform>This is a {network} with %Ln classes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoticeWords</name>
    <message numerus="yes">
        <source>%n files that are not pictures were left out.</source>
        <translation>
            <numerusform>%n file that is not a picture was left out.</numerusform>
            <numerusform>%n files that are not pictures were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PresetWords</name>
    <message numerus="yes">
        <source>about %Ln seconds</source>
        <translation>
            <numerusform>about %Ln second</numerusform>
            <numerusform>about %Ln seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln minutes</source>
        <translation>
            <numerusform>about %Ln minute</numerusform>
            <numerusform>about %Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hours</source>
        <translation>
            <numerusform>about %Ln hour</numerusform>
            <numerusform>about %Ln hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultHeader</name>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}</source>
        <translation>
            <numerusform>of %Ln picture that it had not seen; most likely between {low} and {high}</numerusform>
            <numerusform>of %Ln pictures that it had not seen; most likely between {low} and {high}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultWords</name>
    <message numerus="yes">
        <source>%Ln mistakes, worst first</source>
        <translation>
            <numerusform>%Ln mistake</numerusform>
            <numerusform>%Ln mistakes, worst first</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures wrongly taken for “{said}”</source>
        <translation>
            <numerusform>%Ln picture wrongly taken for “{said}”</numerusform>
            <numerusform>%Ln pictures wrongly taken for “{said}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” answered wrong</source>
        <translation>
            <numerusform>%Ln of {total} “{truth}” answered wrong</numerusform>
            <numerusform>%Ln of {total} “{truth}” answered wrong</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” answered right</source>
        <translation>
            <numerusform>%Ln of {total} “{truth}” answered right</numerusform>
            <numerusform>%Ln of {total} “{truth}” answered right</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {total} “{truth}” taken for “{said}”</source>
        <translation>
            <numerusform>%Ln of {total} “{truth}” taken for “{said}”</numerusform>
            <numerusform>%Ln of {total} “{truth}” taken for “{said}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No mistakes: all %Ln pictures were answered right.</source>
        <translation>
            <numerusform>No mistakes: the only picture was answered right.</numerusform>
            <numerusform>No mistakes: all %Ln pictures were answered right.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunCard</name>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}.</source>
        <translation>
            <numerusform>of %Ln picture that it had not seen; most likely between {low} and {high}.</numerusform>
            <numerusform>of %Ln pictures that it had not seen; most likely between {low} and {high}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunFacts</name>
    <message numerus="yes">
        <source>%n seconds</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Processor, %n cores</source>
        <translation>
            <numerusform>Processor, %n core</numerusform>
            <numerusform>Processor, %n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message numerus="yes">
        <source>of %Ln pictures that it had not seen; most likely between {low} and {high}.</source>
        <translation>
            <numerusform>of %Ln picture that it had not seen; most likely between {low} and {high}.</numerusform>
            <numerusform>of %Ln pictures that it had not seen; most likely between {low} and {high}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>processor (%n cores)</source>
        <translation>
            <numerusform>processor (%n core)</numerusform>
            <numerusform>processor (%n cores)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable</source>
        <translation>
            <numerusform>%n unreadable</numerusform>
            <numerusform>%n unreadable</numerusform>
        </translation>
    </message>
</context>
</TS>
