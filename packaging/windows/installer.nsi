; The installer of ResNet Desktop for Windows: for one person, with no administrator. package.py compiles it and defines
; TARGET, FROZEN (folder), OUT (file), FILE (its name), VERSION, NUMBERS (four, with dots), SIZE (KiB), ICON, MODEL_ICON,
; SIDE (a picture), LICENCE, COPYRIGHT, MODEL_TYPE, and NAMES, a generated file of two macros: RemoveNames takes away what
; lies at the top of the program's folder, EachSuffix goes through the suffixes of pictures.
;
; Exit codes of /S: 0 done, 1 given up by the person, 2 failed, 5 the program runs: close it and start again.

Unicode true
Target ${TARGET} ; amd64-unicode where this NSIS has it; x86-unicode installs the same files and entries
SetCompressor /SOLID lzma
SetCompressorDictSize 64
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS all

!define NAME "ResNet Desktop"
!define PUBLISHER "ResNet Desktop"
!define PROGRAM "resnet-desktop.exe"
!define MODEL "ResNetDesktop.Model"
!define PICTURE "ResNetDesktop.Picture"
!define OURS "Software\ResNet Desktop"
!define CLASSES "Software\Classes"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\ResNetDesktop"
!define RUNS 5

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "x64.nsh"
!include "${NAMES}"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${OURS}" "Folder"
BrandingText "${NAME} ${VERSION}"
SetOverwrite on
AllowSkipFiles off

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${OURS}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "InstallerLanguage"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Hebrew"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString Running ${LANG_ENGLISH} "ResNet Desktop is running. Close it, then try again."
LangString Running ${LANG_HEBREW} "ResNet Desktop פועלת. סגרו אותה ונסו שוב."
LangString Needs64 ${LANG_ENGLISH} "ResNet Desktop needs 64-bit Windows."
LangString Needs64 ${LANG_HEBREW} "ResNet Desktop דורשת Windows של 64 סיביות."
LangString OldStays ${LANG_ENGLISH} "The installed version could not be removed. Restart the computer, then try again."
LangString OldStays ${LANG_HEBREW} "לא ניתן היה להסיר את הגרסה המותקנת. הפעילו את המחשב מחדש ונסו שוב."
LangString Kind ${LANG_ENGLISH} "ResNet Desktop model"
LangString Kind ${LANG_HEBREW} "מודל של ResNet Desktop"
LangString Kept ${LANG_ENGLISH} "Your models, runs and settings stay on this computer."
LangString Kept ${LANG_HEBREW} "המודלים, ההרצות וההגדרות שלכם נשארים במחשב הזה."

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductName" "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileDescription" "${NAME} installer"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "LegalCopyright" "${COPYRIGHT}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "OriginalFilename" "${FILE}"

; A program that runs cannot be opened for writing: the one sign that needs no list of processes.
!macro RefuseRunning un
Function ${un}RefuseRunning
  Exch $0 ; a program's file
  Push $1
  retry:
  ClearErrors
  ${If} ${FileExists} "$0"
    FileOpen $1 "$0" a
    ${If} ${Errors}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" /SD IDCANCEL IDRETRY retry
      SetErrorLevel ${RUNS}
      Quit
    ${EndIf}
    FileClose $1
  ${EndIf}
  Pop $1
  Pop $0
FunctionEnd
!macroend
!insertmacro RefuseRunning ""
!insertmacro RefuseRunning "un."

; The system's file manager reads file types anew.
!macro TellShell
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(Needs64)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  !insertmacro MUI_LANGDLL_DISPLAY
FunctionEnd

; What is installed goes first, by its own list of files; models, runs and settings lie elsewhere, and weights that a
; person put beside the program are on no list.
Function RemoveOld
  ReadRegStr $R0 HKCU "${OURS}" "Folder"
  ${If} $R0 == ""
    StrCpy $R0 "$INSTDIR"
  ${EndIf}
  Push "$R0\${PROGRAM}"
  Call RefuseRunning
  Push "$R0\resnet-desktop-cli.exe"
  Call RefuseRunning
  ${If} ${FileExists} "$R0\uninstall.exe"
    ExecWait '"$R0\uninstall.exe" /S /UPGRADE _?=$R0' $R1
    ${If} $R1 <> 0
      MessageBox MB_OK|MB_ICONSTOP "$(OldStays)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    ${If} $R0 != $INSTDIR
      Delete "$R0\uninstall.exe"
      RMDir "$R0"
    ${EndIf}
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}" ; one that was copied here
    RMDir /r "$INSTDIR\_internal"
  ${EndIf}
FunctionEnd

Section "-Program"
  Call RemoveOld
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${FROZEN}\*" ; on Windows NSIS parts folder and pattern at this sign alone; elsewhere it takes it for /
  ${If} ${Errors}
    SetErrorLevel 2
    Abort
  ${EndIf}
  File "/oname=model.ico" "${MODEL_ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"

  WriteRegStr HKCU "${OURS}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${OURS}" "Version" "${VERSION}"

  WriteRegStr HKCU "${CLASSES}\.resnetmodel" "" "${MODEL}"
  WriteRegStr HKCU "${CLASSES}\.resnetmodel" "Content Type" "${MODEL_TYPE}"
  WriteRegStr HKCU "${CLASSES}\.resnetmodel\OpenWithProgids" "${MODEL}" ""
  WriteRegStr HKCU "${CLASSES}\${MODEL}" "" "$(Kind)"
  WriteRegStr HKCU "${CLASSES}\${MODEL}\DefaultIcon" "" "$INSTDIR\model.ico"
  WriteRegStr HKCU "${CLASSES}\${MODEL}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  ; Pictures are offered, never taken from the program that a person has chosen for them.
  WriteRegStr HKCU "${CLASSES}\${PICTURE}" "" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\${PICTURE}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${PICTURE}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  !macro Offer suffix
    WriteRegStr HKCU "${CLASSES}\${suffix}\OpenWithProgids" "${PICTURE}" ""
    WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\SupportedTypes" "${suffix}" ""
  !macroend
  !insertmacro EachSuffix Offer

  WriteRegStr HKCU "${LISTED}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${LISTED}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${LISTED}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${LISTED}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${LISTED}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${LISTED}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${LISTED}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${LISTED}" "NoModify" 1
  WriteRegDWORD HKCU "${LISTED}" "NoRepair" 1
  !insertmacro TellShell
SectionEnd

Function un.onInit
  !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Section "Uninstall"
  Push "$INSTDIR\${PROGRAM}"
  Call un.RefuseRunning
  Push "$INSTDIR\resnet-desktop-cli.exe"
  Call un.RefuseRunning
  !insertmacro RemoveNames
  Delete "$INSTDIR\model.ico"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/UPGRADE" $R1
  ${IfNot} ${Errors}
    Return ; the next version writes the same entries; a shortcut that a person pinned stays pinned
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only if nothing else lies there
  Delete "$SMPROGRAMS\${NAME}.lnk"

  !macro Withdraw suffix
    DeleteRegValue HKCU "${CLASSES}\${suffix}\OpenWithProgids" "${PICTURE}"
    DeleteRegKey /ifempty HKCU "${CLASSES}\${suffix}\OpenWithProgids"
    DeleteRegKey /ifempty HKCU "${CLASSES}\${suffix}"
  !macroend
  !insertmacro EachSuffix Withdraw
  DeleteRegKey HKCU "${CLASSES}\.resnetmodel"
  DeleteRegKey HKCU "${CLASSES}\${MODEL}"
  DeleteRegKey HKCU "${CLASSES}\${PICTURE}"
  DeleteRegKey HKCU "${CLASSES}\Applications\${PROGRAM}"
  DeleteRegKey HKCU "${LISTED}"
  DeleteRegKey HKCU "${OURS}"
  !insertmacro TellShell
  DetailPrint "$(Kept)"
SectionEnd
