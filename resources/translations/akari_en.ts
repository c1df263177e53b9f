<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>akari::window::MainWindow</name>
    <message numerus="yes">
        <source>outbox: %n waiting</source>
        <translation>
            <numerusform>outbox: %n waiting</numerusform>
            <numerusform>outbox: %n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects proven in the archive</source>
        <translation>
            <numerusform>%n object proven in the archive</numerusform>
            <numerusform>%n objects proven in the archive</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::PassphraseDialog</name>
    <message numerus="yes">
        <source>At least %n characters, please.</source>
        <translation>
            <numerusform>At least %n character, please.</numerusform>
            <numerusform>At least %n characters, please.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::ReaderDialog</name>
    <message numerus="yes">
        <source>A signing passphrase of at least %n characters, please.</source>
        <translation>
            <numerusform>A signing passphrase of at least %n character, please.</numerusform>
            <numerusform>A signing passphrase of at least %n characters, please.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::ReadingPage</name>
    <message numerus="yes">
        <source>%n y before</source>
        <translation>
            <numerusform>%n y before</numerusform>
            <numerusform>%n y before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n months before</source>
        <translation>
            <numerusform>%n month before</numerusform>
            <numerusform>%n months before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days before</source>
        <translation>
            <numerusform>%n day before</numerusform>
            <numerusform>%n days before</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::StudyStrip</name>
    <message numerus="yes">
        <source>%n images</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n y</source>
        <translation>
            <numerusform>%n y</numerusform>
            <numerusform>%n y</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::WorklistPage</name>
    <message numerus="yes">
        <source>%n studies</source>
        <translation>
            <numerusform>%n study</numerusform>
            <numerusform>%n studies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n studies</source>
        <translation>
            <numerusform>%1: %n study</numerusform>
            <numerusform>%1: %n studies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::RemoveArchiveDialog</name>
    <message numerus="yes">
        <source>What goes from this computer: %n studies in the cache (%1), the drawings on them, the archive&apos;s address and its sign-in. The hospital keeps its studies, and signed reports stay here.</source>
        <translation>
            <numerusform>What goes from this computer: %n study in the cache (%1), the drawings on it, the archive&apos;s address and its sign-in. The hospital keeps its studies, and signed reports stay here.</numerusform>
            <numerusform>What goes from this computer: %n studies in the cache (%1), the drawings on them, the archive&apos;s address and its sign-in. The hospital keeps its studies, and signed reports stay here.</numerusform>
        </translation>
    </message>
</context>
</TS>
