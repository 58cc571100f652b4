"""A HEIC, which no part of this project can write: pi-heif only decodes.

Scikit-image's coffee.png at 224 x 150, turned by a quarter and marked to be turned back (irot, as iPhones do). Written
once with pillow-heif 1.8.1 at quality 30.
"""

import base64

COFFEE_HEIC = base64.b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004^ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&aV*mgE07O6l0ss"
    "L300001#sC2T0000000&wC0ssI200|%f0RR9100000Bme*aIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB0000LX>Mj^0ssI300IC2MR;ju0"
    "00004sdC7Z2$lO00031007}>aB^?}006;haAR)(004Ptc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC"
    "90096jLID8-Z~y=U0FVFx0{{R603M(dAUJj9x{^w3n}CLc0ssI505Sjo0{{XLVgLaE2SfqEa<F1R0000JV{dG7ZewhC0096E00w{n000zeb8uw<00"
    "000005Q%007_s000nhX?SS>000032nYxO000STa&L440000OX>e^}0000000001009Mo0s{nv0000QX>w&|000000000EV`Ot<00IC3009612Zn8A"
    "VRQfh2UaKnuNfexHZO`Gb7VrPmL=pyz33`cKWagLJws*W=h8i{<Tbq9GUq5QAnS31AT{oB)7}Gex=+yRe6Gq01$mQ^T@u=#^uRm9X8a_PvG`Bmi7&"
    "ChhpFj3Yu1Rdf^D8Qt+NhZ^V(~eIG@~Rw!NBck4Gi<xDGnD10&saMvg!pzAYqaza#g7&lPH4{oGUpc8D+)cxmO<(`SGetXCCS^Ls0Z^*u@=00q};6"
    "h^>Tu>=#v781xVXR7j5>vt}OCUH;>VkwKjWYYfId~zf!>8D#E($tOsZ|VVkT7y0dW+y97R^sC7^UYGy0$uw5nGn_TL!pRBI1x5vP6pp*-<V4lU_DS"
    "EGZ8U&H?HBwjr_Vayi%WMJfU>zfoX2iupbAz+TA?sL}?zqS`Jo9sO7w6o=VjsXAyOz2t<p`s2w7GYhyxy1=b}pr_F^eVK<=XSpP#R!xFPg^6g)=Lk"
    "G%Joe+~CkJpe!^-M%(O!lKM%h06e)|0is^2y_B)B@pr^G%T6&+40KhD==U4e++4r23OrPm`y!lvrZ_z?ddBm@6RpYuhtnQ767C60lvK7JV=dOqphT"
    "ouz4Wl3Wk-?a&flv!X43FLR0a<Sv%tEW~O)OGNn2+;gP^rYFcIA4wh2Qm^S4WZy=SuuyCA<vxaBXTq3{K<s!2%r(+t@HqLpU`?C$BHD9Foz`VQj#l"
    "=+IG#miny#}`15M!*fw)C*PF@t$c@g%0c3rMnpegjRm53fXnC%}7Cml*f#N1!doaf~n5e)b3U&y?mV=<fM<<kBDLZDZKCQmI%;cFf(xpPo3QVf+sY"
    ";bCh{E_L$+?6Vx2`gqInZj52u*89VpZ_u-#(cnYv+n_#`j)40V!^mk@-FnlbHw#cP+yd<0Z%Qm{-V*<!12B{<HHi@NChub>h~IppY*42Cm!H{JGYG"
    "Pw<k*t4olWJnmGt<L~^X{`}bF6@$)Vw6m9={%bK$)!$;%3v<iXlC=K9p-=JI+b40C$4u=H8J&)Ih>a0&}`TBVtD-n(ik7cHw0jX@t2-I51*3xeiK%"
    "?Cr!h{~jp1+6m4<#k!lJh8vY&-ki|M}@U@wtt4AjYdqi2<swFWbUaxEN#PU(+^SxrZ5<?Yf~*#5l1uHkV0MxEG5)qA;RhzDzAwY{bXJQfD+7NYl`6"
    "r{bBZtY2lq!(4SFJA!fVzGubSeW8;~j9(@^5I+mOG-Ht?CSMn``U_xMmO}Xj_O$r@=S?9?a#aeDd9TC#2;@ck3(bo|QABVGDyaujQR;m2u6qf{R0}"
    "Ib0hmgl&T1&5D7wq3aZ(<#+$C2o<jGZGyg<==+xNh}+NiEO+{tF$(LjJ-`Idb-d@C`=*V=T}od$@SWZ3BNH{NpS3RMrENK{ddkY8-n1`>HkY}U7n*"
    ";VrrH{XNPchzfT#Rv3ya_PZ$?WYP*f%EQlQIM6CBDFG=ssU|$Vsz7(e5a{OqwVqD2F$(%LDIsWtYi}6I)+s#X5eGfBqiL*jA9mWI~u?W4<m{fSe8X"
    "{#rf=QAKMWOV#LBJ`3Eo`YhcoCULVLe81!}l2aQZ&aOjNRFGfx5!)&GXR?IMRnVBVIVUIP9{y%=wJ(&IFAK2WXuEuwMJSpN#uC?Btnv?3VV8^hiq="
    "f(1!)nKqf!5~Nw&~B<ic02IA(8-pzcG8YZJ=ucV6SI;`0Qe=U6m9}bDfBdb@6EGuy!gFbK#xVmsfquvTcE%(BRnX$vzk-zG}JvAtGf*_}a+uGA7N&"
    "p{J%kM8mZypBz-TYM%9<sS(BX$e$YLG@Hs;Y*8KFcOGmZPHwfG8$F7{iSc1j)b5yOl5*S*-#9*c&ZXu+mtlcgatL<C6^E{upFBP|RJ3YJawZ*I`0O"
    "Bq+NG^&C$;gT<;;Sk%x{KrP>8b}Getw+kCioeg5c_%W}H=J0{mPA<#)odANw6m+}0qD$LzQ?jSZZoNT3Kc7Y&03JtzaQM{sG@P8y_BQwX)Vvh+*kC"
    "-yNx(H_p!l30CigVM%|`uh$7M0b%Z4d)rLS6q?*eC;}aJAN0_$N32L#Mah$UW|CFeqDg@%N`?rwbz^l?{nQWmi_~~A6K|!ZY4(EmsKPjvk?b{ZS8Y"
    "J8X#+g`yavP&9M2_m-gk@hMq8M+JSmtTsQJ>^L!*cmKh*g4}$;=0}8u;M4@Yi3y{IZ+N48_!&T@D1FZ47bS`iO7kw}XM$ovtCR6UT>S^&(Tn@@&8$"
    "`?m^fzf!T@5=K)G(uJAWEkDhYAdjiYt1^>fa8TRw+teo4bt{w^oRLESj?htAi@eKGT#eu0`ZV!XLl!Gzi4DU=P@7^sE$5?<w9boO;5}lQhLz1rZx|"
    "CR2Yv{jWcEjhMp_x*x>Pty2OW8PU9n%_j@4tc6JK-Cn^mNk2NF4=w^7cdNTcXhfq%dG&)Zcy0zp=2@1gk$?!M`fIry2D-B+00006MR;ju002!*04e"
    "|g00;m90TKWM0000100sa600000"
)
COFFEE_HEIC_SIZE = (224, 150)  # upright
# Two files that end pi-heif 1.4 or write past its memory: the type of an item is no UTF-8, and 15 bits are declared.
DEADLY_HEIC = COFFEE_HEIC.replace(b"Exif\0\0\0\0\x0epitm", b"Exi\xff\xd9\0\0\0\x0epitm")
FALSE_DEPTH_HEIC = COFFEE_HEIC.replace(b"\xfd\xf8\xf8\0\0\x0f", b"\xfd\xff\xff\0\0\x0f")
